"""Plant one fault of each line of the quality gate 数据稽核, with the verdict to expect."""

from gcva.province.faults.build import write_faults

__all__ = ["write_faults"]
