from django.utils.translation import gettext, override

from scripts import translations


def test_every_text_has_english_words_and_the_catalogue_is_compiled():
    assert translations.problems() == []


def test_the_menu_reads_in_english():
    with override("en"):
        assert gettext("集团及成员分析") == "Groups and members"
        assert gettext("评分及等级评定") == "Scores and grades"


def test_extraction_finds_python_and_template_texts():
    python = dict(
        translations.python_messages('x = _("甲")\ny = ngettext("%(n)d 行", "%(n)d 行们", n)')
    )
    assert python == {"甲": 1, ("%(n)d 行", "%(n)d 行们"): 2}
    template = [
        text
        for text, _line in translations.template_messages(
            "{% translate '乙' %}{% blocktranslate with n=1 %}第 {{ n }} 页{% endblocktranslate %}"
        )
    ]
    assert template == ["乙", "第 %(n)s 页"]
