/// A table that keeps steps of people of which the trail must tell.
struct StepTable {
    let name: String
    /// What was done, for officials.
    let title: String
    /// What an official does about a row that the trail does not hold.
    let remedy: String
    /// Columns: number; the event's word, empty where no event can tell of such a row; its references, a list in JSON; actor; time;
    /// whether one person did what needs two; the person it is about, or NULL.
    let sql: String
    /// Whether an eighth column follows: what else the row says, as text, of which the trail keeps a keyed print; or NULL.
    var hasContent = false

    /// Who said it on what paper, for how long, and the records it is about, of a row `c` of `consent`.
    static let consentContent = """
        json_array(c.giver, c.evidence, c.from_day, c.until_day, (
            SELECT json_group_array(json_array(key, number, marks, source))
            FROM (SELECT * FROM consent_record WHERE consent = c.id ORDER BY key)))
        """
    /// What was typed, why, and whose refusals it overrode, of a row `d` of `declaration`.
    static let declarationContent = "json_array(d.reason, d.typed, d.overrides)"

    static let all =
        [guidelines] + rules + retentions + consents + shreddings + rectifications + declarations
        + verdicts + [cases, restores]

    private static let guidelines = StepTable(
        name: "guideline_step", title: "決まりの案と承認",
        remedy: "効いている決まりを「renkei policy check」で確かめ、正しい決まりの案と承認を二人でやり直してください。",
        sql: """
            SELECT s.id, CASE s.what WHEN 'proposed' THEN 'guideline.propose' WHEN 'withdrawn' THEN 'guideline.withdraw'
                    ELSE 'guideline.approve' END,
                json_array(s.revision), s.actor, s.at,
                s.what = 'approved' AND coalesce((
                    SELECT max(p.actor = s.actor) FROM guideline_step p
                    WHERE p.revision = s.revision AND p.what = 'proposed' AND p.id < s.id AND p.id > coalesce((
                        SELECT max(b.id) FROM guideline_step b
                        WHERE b.revision = s.revision AND b.what IN ('approved', 'withdrawn') AND b.id < s.id), 0)), 1), NULL
            FROM guideline_step s WHERE s.what <> 'begun' ORDER BY s.id
            """)

    private static let rules = [
        StepTable(
            name: "rule_proposal", title: "規則の案",
            remedy: "この案を承認せず、規則を「renkei rules propose」で出し直してください。",
            sql: """
                SELECT id, 'rule.propose', json_array(rule, CAST(version AS TEXT), sha256), actor, at, 0, NULL
                FROM rule_proposal ORDER BY id
                """),
        StepTable(
            name: "rule_approval", title: "規則の承認",
            remedy: "規則のファイルを確かめ、「renkei rules propose」と「renkei rules approve」を二人でやり直してください。",
            sql: """
                SELECT p.id, 'rule.approve', json_array(p.rule, CAST(p.version AS TEXT), p.sha256), a.actor, a.at,
                    a.actor = p.actor, NULL
                FROM rule_approval a JOIN rule_proposal p ON p.id = a.proposal ORDER BY p.id
                """),
    ]

    private static let retentions = [
        StepTable(
            name: "retention", title: "保存年数の一覧の案",
            remedy: "この一覧を承認せず、「renkei retention propose」で出し直してください。",
            sql: """
                SELECT substr(hash, 1, 12), 'retention.propose', json_array(hash), actor, at, 0, NULL
                FROM retention ORDER BY hash
                """),
        StepTable(
            name: "retention_approval", title: "保存年数の一覧の承認",
            remedy: "夜間処理を止め、正しい一覧の案と承認（renkei retention）を二人でやり直してください。",
            sql: """
                SELECT substr(a.retention, 1, 12), 'retention.approve', json_array(a.retention), a.actor, a.at,
                    a.actor = r.actor, NULL
                FROM retention_approval a JOIN retention r ON r.hash = a.retention ORDER BY a.retention
                """),
    ]

    private static let consents = [
        StepTable(
            name: "consent_step", title: "同意・利用停止の申出",
            remedy: "申出の書面を確かめ、違うときは「renkei consent record」で記録し直してください。",
            sql: """
                SELECT 'M-' || c.id, CASE s.what WHEN 'recorded' THEN 'consent.record'
                        WHEN 'confirmed' THEN 'consent.confirm' ELSE 'consent.end' END,
                    json_array('M-' || c.id, c.purpose, CASE c.is_refusal WHEN 1 THEN 'refused' ELSE 'given' END, s.what),
                    s.actor, s.at,
                    (s.what = 'confirmed' OR s.what = 'ended' AND c.is_refusal) AND coalesce((
                        SELECT f.actor = s.actor FROM consent_step f
                        WHERE f.consent = c.id AND f.id < s.id
                            AND f.what = CASE s.what WHEN 'confirmed' THEN 'recorded' ELSE 'ending' END
                        ORDER BY f.id DESC LIMIT 1), 1),
                    CASE s.id WHEN (SELECT min(f.id) FROM consent_step f WHERE f.consent = c.id) THEN c.person END,
                    CASE s.what WHEN 'recorded' THEN \(consentContent) END
                FROM consent_step s JOIN consent c ON c.id = s.consent ORDER BY s.id
                """, hasContent: true),
        StepTable(
            name: "consent", title: "だれも記録していない申出",
            remedy: "申出の書面を確かめてください。",
            sql: """
                SELECT 'M-' || id, '', '[]', '', 0, 0, NULL FROM consent
                WHERE id NOT IN (SELECT consent FROM consent_step) ORDER BY id
                """),
    ]

    private static let shreddings = [
        StepTable(
            name: "shredding_step", title: "消去の申出と承認",
            remedy: "夜間処理を止め、申出の書面を確かめてください。夜間処理は、承認された消去を行います。",
            sql: """
                SELECT 'S-' || s.shredding, CASE s.what WHEN 'proposed' THEN 'shredding.propose'
                        WHEN 'withdrawn' THEN 'shredding.withdraw' ELSE 'person.shred' END,
                    json_array('S-' || s.shredding, s.what), s.actor, s.at,
                    s.what = 'approved' AND coalesce((
                        SELECT f.actor = s.actor FROM shredding_step f
                        WHERE f.shredding = s.shredding AND f.what = 'proposed' AND f.id < s.id ORDER BY f.id LIMIT 1), 1),
                    CASE s.what WHEN 'proposed' THEN d.person END
                FROM shredding_step s JOIN shredding d ON d.id = s.shredding ORDER BY s.id
                """)
    ]

    private static let rectifications = [
        StepTable(
            name: "rectification", title: "受け入れた行の訂正",
            remedy: "請求の書面を確かめ、違うときは「renkei rights correct --end」で取りやめてください。",
            sql: """
                SELECT 'N-' || id, 'row.rectify', json_array('N-' || id, request, file, CAST(line AS TEXT)),
                    actor, at, 0, NULL
                FROM rectification ORDER BY id
                """),
        StepTable(
            name: "rectification_end", title: "訂正の取りやめ",
            remedy: "請求の書面を確かめ、要るときは「renkei rights correct」で訂正し直してください。",
            sql: """
                SELECT 'N-' || r.id, 'row.restore', json_array('N-' || r.id), e.actor, e.at, e.actor = r.actor, NULL
                FROM rectification_end e JOIN rectification r ON r.id = e.rectification ORDER BY r.id
                """),
        StepTable(
            name: "rectification_use", title: "訂正の失効",
            remedy: "請求の書面を確かめ、要るときは「renkei rights correct」で訂正し直してください。",
            sql: """
                SELECT 'N-' || rectification, 'row.lapse', json_array('N-' || rectification), '', 0, 0, NULL
                FROM rectification_use WHERE NOT is_used ORDER BY rectification
                """),
    ]

    private static let declarations = [
        StepTable(
            name: "declaration", title: "緊急の申告・支援措置の開示の申出",
            remedy: "書かれた利用者に、申告したかを確かめてください。",
            sql: """
                SELECT 'K-' || d.id, 'declaration.begin', json_array('K-' || d.id, d.kind, CAST(d.minutes AS TEXT)),
                    'user:' || d.user, d.at, d.kind = 'unlock' AND NOT d.needs_second, d.person, \(declarationContent)
                FROM declaration d ORDER BY d.id
                """, hasContent: true),
        StepTable(
            name: "declaration_step", title: "申告の確認・後の確かめ",
            remedy: "書かれた利用者に、確認したかを確かめ、後の確かめをほかの人がもう一度行ってください。",
            sql: """
                SELECT 'K-' || d.id, CASE s.what WHEN 'confirmed' THEN 'declaration.confirm'
                        WHEN 'note' THEN 'declaration.note' ELSE 'declaration.review' END,
                    CASE WHEN s.what IN ('confirmed', 'note') THEN json_array('K-' || d.id)
                        ELSE json_array('K-' || d.id, s.what) END,
                    'user:' || s.user, s.at,
                    s.what <> 'note' AND (s.user = d.user OR s.what <> 'confirmed' AND EXISTS (
                        SELECT 1 FROM declaration_step c
                        WHERE c.declaration = d.id AND c.what = 'confirmed' AND c.user = s.user)), NULL,
                    CASE s.what WHEN 'confirmed' THEN NULL ELSE s.words END
                FROM declaration_step s JOIN declaration d ON d.id = s.declaration
                WHERE s.what <> 'ended' ORDER BY s.id
                """, hasContent: true),
    ]

    private static let verdicts = [
        StepTable(
            name: "verdict_step", title: "名寄せの判断",
            remedy: "「renkei review list --decided」で確かめ、違うときは「renkei review withdraw」で取り消してください。",
            // What a shredding takes back stands in the trail as the shredding.
            sql: """
                SELECT 'V-' || v.id, CASE s.what WHEN 'decided' THEN 'verdict.decide'
                        WHEN 'confirmed' THEN 'verdict.confirm' ELSE 'verdict.withdraw' END,
                    json_array('V-' || v.id, CASE v.is_same WHEN 1 THEN 'same' ELSE 'different' END), s.actor, s.at,
                    s.what = 'confirmed' AND EXISTS (
                        SELECT 1 FROM verdict_step f
                        WHERE f.verdict = v.id AND f.what = 'decided' AND f.actor = s.actor), NULL
                FROM verdict_step s JOIN verdict v ON v.id = s.verdict
                WHERE NOT (s.what = 'withdrawn' AND EXISTS (
                    SELECT 1 FROM shredding_step d WHERE d.what = 'done' AND d.actor = s.actor AND d.at = s.at))
                ORDER BY s.id
                """),
        StepTable(
            name: "verdict", title: "だれも記録していない名寄せの判断",
            remedy: "「renkei review withdraw」で取り消してください。",
            sql: """
                SELECT 'V-' || id, '', '[]', '', 0, 0, NULL FROM verdict
                WHERE id NOT IN (SELECT verdict FROM verdict_step) ORDER BY id
                """),
    ]

    private static let cases = StepTable(
        name: "case_event", title: "職員がケースにしたこと",
        remedy: "書かれた職員に、行ったかを確かめてください。",
        sql: """
            SELECT case_id, 'case.work', json_array(case_id), actor, at, 0, NULL FROM case_event
            WHERE actor LIKE 'user:%' ORDER BY id
            """)

    private static let restores = StepTable(
        name: "lost_checkpoint", title: "控えから戻したと認めた検査点",
        remedy: "失われたと認められていない監査記録です。外に控えた検査点と比べてください。",
        sql: """
            SELECT size, 'restore.accept', json_array(size || ':' || root), '', 0, 0, NULL FROM lost_checkpoint
            ORDER BY size, root
            """)
}
