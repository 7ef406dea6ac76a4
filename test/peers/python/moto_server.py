"""Starts moto's server with the arguments of `moto_server`."""

from parent import end_with_parent

if __name__ == "__main__":
    end_with_parent()

    from moto.server import main

    main()
