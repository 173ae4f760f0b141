"""What must hold over every case, checked by `manage.py verify_integrity`."""

from collections.abc import Iterator

from marketplace.core.integrity import Breach, breaches_by_sql, check


@check("trust.case_begins_once")
def case_begins_once() -> Iterator[Breach]:
    """Every case has one entry that opens it, and it is the first."""
    return breaches_by_sql(
        "trust.case_begins_once",
        """
        SELECT c.id, count(e.id) FILTER (WHERE e.kind = 'opened')
        FROM trust_case c LEFT JOIN trust_caseentry e ON e.case_id = c.id
        GROUP BY c.id
        HAVING count(e.id) FILTER (WHERE e.kind = 'opened') <> 1
            OR min(e.id) <> min(e.id) FILTER (WHERE e.kind = 'opened')
        ORDER BY c.id
        """,
        "the case has {0} opening entries, or another entry comes before it",
    )


@check("trust.state_follows_entries")
def state_follows_entries() -> Iterator[Breach]:
    """A case is in the state that its last entry led to."""
    return breaches_by_sql(
        "trust.state_follows_entries",
        """
        SELECT c.id, c.state, last.kind
        FROM trust_case c
        JOIN LATERAL (
            SELECT e.kind FROM trust_caseentry e WHERE e.case_id = c.id ORDER BY e.id DESC LIMIT 1
        ) last ON true
        WHERE c.state <> CASE
            WHEN last.kind IN ('opened', 'resubmitted') THEN 'open'
            WHEN last.kind = 'changes_requested' THEN 'waiting'
            WHEN last.kind = 'withdrawn' THEN 'withdrawn'
            ELSE 'resolved' END
        ORDER BY c.id
        """,
        "the case is {0}, but its last entry is {1}",
    )


@check("trust.decided_once")
def decided_once() -> Iterator[Breach]:
    """No case has two final entries, and nothing follows the final one."""
    return breaches_by_sql(
        "trust.decided_once",
        """
        SELECT e.case_id, count(*)
        FROM trust_caseentry e
        JOIN (
            SELECT case_id, min(id) AS id FROM trust_caseentry
            WHERE kind IN ('approved', 'rejected', 'replied', 'withdrawn') GROUP BY case_id
        ) final ON final.case_id = e.case_id AND e.id > final.id
        GROUP BY e.case_id
        ORDER BY e.case_id
        """,
        "{0} entries follow the final one",
    )


@check("trust.entries_in_order")
def entries_in_order() -> Iterator[Breach]:
    """The entries of a case never go back in time."""
    return breaches_by_sql(
        "trust.entries_in_order",
        """
        SELECT id, case_id, at, previous FROM (
            SELECT id, case_id, at, lag(at) OVER (PARTITION BY case_id ORDER BY id) AS previous
            FROM trust_caseentry
        ) entries
        WHERE at < previous
        ORDER BY id
        """,
        "the entry of case {0} is dated {1}, before the one it follows ({2})",
    )


@check("trust.changes_are_listed")
def changes_are_listed() -> Iterator[Breach]:
    """An entry asks for changes if, and only if, it lists them."""
    return breaches_by_sql(
        "trust.changes_are_listed",
        """
        SELECT e.id, e.case_id, e.kind, count(r.id)
        FROM trust_caseentry e LEFT JOIN trust_requestedchange r ON r.entry_id = e.id
        GROUP BY e.id
        HAVING (e.kind = 'changes_requested') <> (count(r.id) > 0)
        ORDER BY e.id
        """,
        "the entry of case {0} is {1} and lists {2} changes",
    )


@check("trust.rejections_give_reasons")
def rejections_give_reasons() -> Iterator[Breach]:
    """An entry rejects if, and only if, it gives reasons."""
    return breaches_by_sql(
        "trust.rejections_give_reasons",
        """
        SELECT id, case_id, kind, cardinality(reasons) FROM trust_caseentry
        WHERE (kind = 'rejected') <> (cardinality(reasons) > 0)
        ORDER BY id
        """,
        "the entry of case {0} is {1} and gives {2} reasons",
    )


@check("trust.resolved_at_iff_resolved")
def resolved_at_iff_resolved() -> Iterator[Breach]:
    """A case has the time of its resolution if, and only if, it is resolved."""
    return breaches_by_sql(
        "trust.resolved_at_iff_resolved",
        """
        SELECT id, state FROM trust_case
        WHERE (state = 'resolved') <> (resolved_at IS NOT NULL)
        ORDER BY id
        """,
        "the case is {0}, and its time of resolution says otherwise",
    )


@check("trust.one_unresolved_per_subject")
def one_unresolved_per_subject() -> Iterator[Breach]:
    """A subject has at most one unresolved case of a kind."""
    return breaches_by_sql(
        "trust.one_unresolved_per_subject",
        """
        SELECT subject_kind || ' ' || subject_id, kind, count(*) FROM trust_case
        WHERE state IN ('open', 'waiting') AND subject_id IS NOT NULL
        GROUP BY subject_kind, subject_id, kind
        HAVING count(*) > 1
        ORDER BY 1
        """,
        "{1} unresolved cases of kind {0}",
    )
