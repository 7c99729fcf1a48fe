"""Write an invented province 演示省份: ``manage.py generate_province OUT --groups 3000``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.month import Month
from gcva.province.build import write_province
from gcva.province.faults import write_faults
from gcva.province.plan import Plan


class Command(BaseCommand):
    help = "生成虚构的演示省份：每月一个接口文件夹，另有 truth.json"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path)
        parser.add_argument("--groups", type=int, default=3000)
        parser.add_argument("--members", type=int, default=100_000)
        parser.add_argument("--months", type=int, default=14)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--last-month", default="2026-10")
        parser.add_argument(
            "--faults", action="store_true", help="另写 OUT/faults：每条稽核规则一个错误"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = Plan(
                groups=options["groups"],
                members=options["members"],
                months=options["months"],
                seed=options["seed"],
                last_month=Month.parse(options["last_month"]),
            )
        except ValueError as problem:
            raise CommandError(f"参数不正确：{problem}", returncode=2) from problem
        out: Path = options["out"]
        write_province(out, plan, self.report if options["verbosity"] else lambda *_: None)
        if options["faults"]:
            n = write_faults(out, plan)
            self.stdout.write(f"{out / 'faults'}: {n} 个错误")

    def report(self, step: str, done: int, total: int) -> None:
        self.stdout.write(f"{step}  {done}/{total}")
        self.stdout.flush()
