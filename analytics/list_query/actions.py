"""Keep the codes a reader pasted 名单查询, so that the page and its exports have an address."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.scope import Scope
from analytics.list_query.compute import (
    LONGEST_TEXT,
    MOST_CODES,
    CodeList,
    LongCodeError,
    TooManyCodesError,
    read_codes,
)
from analytics.models import GroupCodeList
from core import formats
from core.errors import DomainError, NotInScope

KEPT_LISTS = 20


def codes_in(text: str) -> CodeList:
    """Read pasted codes, or say what is wrong with them.

    Raises:
        DomainError: if there is none, one is too long, or there are too many.
    """
    if len(text) > LONGEST_TEXT:
        said = _("粘贴的内容有 {n} 个字符，太长。").format(n=formats.number(len(text)))
        raise DomainError("long_text", said, _("请只粘贴集团编码，每次最多 500 个。"), "codes")
    try:
        found = read_codes(text)
    except TooManyCodesError as problem:
        said = _("共 {n} 个不同的集团编码，超过 {most} 个。")
        text = said.format(n=formats.number(problem.n), most=MOST_CODES)
        raise DomainError("too_many_codes", text, _("请分批查询。"), "codes") from problem
    except LongCodeError as problem:
        said = _("第 {n} 个编码“{code}…”超过 40 个字符。")
        text = said.format(n=problem.place, code=problem.text)
        raise DomainError("long_code", text, _("请检查分隔符。"), "codes") from problem
    if not found.codes:
        raise DomainError("no_codes", _("没有集团编码。"), _("请粘贴至少一个集团编码。"), "codes")
    return found


@transaction.atomic
def keep_list(*, actor: Scope, text: str) -> uuid.UUID:
    """Keep the codes for the reader alone and return their key; the oldest lists are forgotten.

    Raises:
        DomainError: if the codes cannot be looked up.
        NotInScope: if nobody is signed in.
    """
    found = codes_in(text)
    if actor.user_id is None:
        raise NotInScope
    kept = GroupCodeList.objects.create(
        user_id=actor.user_id, codes=list(found.codes), repeated=list(found.repeated)
    )
    own = GroupCodeList.objects.filter(user_id=actor.user_id).order_by("-at", "pk")
    forgotten = list(own.values_list("pk", flat=True)[KEPT_LISTS:])
    GroupCodeList.objects.filter(pk__in=forgotten).delete()
    return kept.key
