"""Reads a report in the AWS Security Finding Format from stdin and prints what botocore has against it: by its model of Security Hub, a
hundred findings a call, and by the lengths that the API's page states and the model does not."""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator

# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
LENGTHS = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512, "ProductArn": 2048}
BATCH = 100

if __name__ == "__main__":
    session = botocore.session.get_session()
    shape = session.get_service_model("securityhub").operation_model("BatchImportFindings").input_shape
    findings = json.load(sys.stdin)
    problems = []
    for start in range(0, len(findings), BATCH):
        report = ParamValidator().validate({"Findings": findings[start : start + BATCH]}, shape)
        if report.has_errors():
            problems.append(report.generate_report())
    enums = session.get_service_model("securityhub")
    for finding in findings:
        problems += [name for name, limit in LENGTHS.items() if len(finding[name]) > limit]
        # The validator does not look at enumerations.
        for name, value in (
            ("SeverityLabel", finding["Severity"]["Label"]),
            ("ComplianceStatus", finding["Compliance"]["Status"]),
            ("WorkflowStatus", finding["Workflow"]["Status"]),
            ("RecordState", finding["RecordState"]),
            ("Partition", finding["Resources"][0].get("Partition", "aws")),
        ):
            if value not in enums.shape_for(name).enum:
                problems.append(f"{name}: {value}")
    print(json.dumps(problems))
