"""Ask for another grade and decide about it 等级调整 · 审批中心: pages, export and API."""
