package import Domain

/// What one night did, in figures, with a table beside each chart.
///
/// Names no person. Rendered as a file of its own for the run's folder, or inside the service's frame.
package enum RunReportPage {
    /// A document of its own that a browser opens from disk: its stylesheet is inside.
    ///
    /// - Parameters:
    ///   - rejectedRows: the first of the rejected rows; the counts by code come from the summary.
    ///   - warnedRows: likewise the first of the accepted rows with something to look at.
    package static func render(
        _ summary: RunSummary, rejectedRows: [Rejection], warnedRows: [Rejection] = []
    ) -> String {
        Frame.document("夜間処理の報告 \(summary.asOf)", style: .inlined) {
            tag("main", .id("main")) {
                content(
                    summary, rejectedRows, warnedRows,
                    charts: tag("a", .href(beside: LinkagePage.file)) { LinkagePage.title })
            }
        }
    }

    package static func render(_ summary: RunSummary, rejectedRows: [Rejection], in frame: Frame) -> String {
        frame.page("夜間処理の報告", at: .run) {
            content(
                summary, rejectedRows, [],
                charts: tag("a", .href(LinkagePage.path)) { LinkagePage.title },
                rows: frame.places.contains(.rejected) ? RejectedPage.way : nil)
        }
    }

    /// Where nothing was published yet.
    package static func renderEmpty(in frame: Frame) -> String {
        frame.page("夜間処理の報告", at: .run) {
            tag("h1") { "夜間処理の報告" }
            tag("div", .class("panel")) { "夜間処理がまだ公開されていません。" }
        }
    }

    /// - Parameters:
    ///   - charts: the way to the charts of the linkage.
    ///   - rows: the way to the rejected rows, for who mends them on pages.
    private static func content(
        _ summary: RunSummary, _ rejectedRows: [Rejection], _ warnedRows: [Rejection], charts: HTML,
        rows: HTML? = nil
    ) -> HTML {
        .joined([
            heading(summary), notices(summary.notices ?? []), gates(summary.gates),
            extracts(summary.extracts),
            rejections(summary.extracts, rejectedRows, warnedRows, rows: rows), linkage(summary, charts),
            flags(summary),
            stages(summary.stages),
        ])
    }

    private static func heading(_ summary: RunSummary) -> HTML {
        let ledgers = summary.extracts.map(\.ledger)
        return tag("header") {
            tag("h1") { "夜間処理の報告" }
            tag("p") { "\(summary.municipality)　\(summary.asOf.wareki)時点のデータ" }
            figures([
                ("受け取った行", ledgers.map(\.rows).reduce(0, +)),
                ("受付の行", ledgers.map(\.accepted).reduce(0, +)),
                ("却下した行", ledgers.map(\.rejected).reduce(0, +)),
                ("人", summary.persons.total), ("こども", summary.persons.children),
                ("新しいケース", summary.cases.new), ("確認中のケース", summary.cases.open),
            ])
            tag("dl", .class("facts small")) {
                tag("dt") { "処理番号" }
                tag("dd", .class("mono")) { summary.run.rawValue }
                tag("dt") { "公開内容のハッシュ" }
                tag("dd", .class("mono")) { summary.publicationHash.isEmpty ? "—" : summary.publicationHash }
            }
        }
    }

    static func figures(_ figures: [(title: String, value: Int)]) -> HTML {
        tag("dl", .class("figures")) {
            for figure in figures {
                tag("div") {
                    tag("dt") { figure.title }
                    tag("dd") { Wording.count(figure.value) }
                }
            }
        }
    }

    private static func gates(_ gates: [GateResult]) -> HTML {
        section("公開前の点検") {
            Table(
                caption: "一つでも不合格があれば公開せず、前夜の結果を使い続けます（確かめた人がその夜だけ承認したものを除きます）",
                columns: [.init("点検"), .init("結果"), .init("内容")],
                rows: gates.map { gate in
                    [
                        .text(Wording.gate(gate.gate)),
                        gate.passed
                            ? tag("span", .class("pass")) { "合格" }
                            : tag("span", .class("fail")) { gate.stops ? "不合格" : "不合格（承認して公開）" },
                        .text(gate.message + acceptance(of: gate)),
                    ]
                }
            ).html
        }
    }

    private static func acceptance(of gate: GateResult) -> String {
        gate.acceptance.map { "承認: \(AccessWording.who($0.actor, name: nil))「\($0.reason)」" } ?? ""
    }

    private static func notices(_ notices: [String]) -> HTML {
        notices.isEmpty
            ? .joined([])
            : section("お知らせ") { tag("ul") { for notice in notices { tag("li") { notice } } } }
    }

    static func extracts(_ extracts: [ExtractSummary]) -> HTML {
        section("受け取ったファイルと行の行き先") {
            BarChart(
                id: "rows", title: "ファイルごとの行数",
                parts: [
                    .init(title: "受け付けた行", style: "bar-accepted"),
                    .init(title: "重複・置換の行", style: "bar-duplicate"),
                    .init(title: "受け付けなかった行", style: "bar-rejected"),
                ],
                bars: extracts.map {
                    .init(
                        title: $0.title,
                        values: [
                            $0.ledger.accepted, $0.ledger.duplicate + $0.ledger.superseded,
                            $0.ledger.rejected,
                        ])
                }
            ).html
            Table(
                caption: "行＝受付＋却下＋重複＋置換。置換は、後から届いた変更で置き換わった行です。表題・合計・空行は行に数えません",
                columns: [
                    .init("データ"), .init("ファイル"), .init("時点", isShort: true), .init("行", isNumber: true),
                    .init("受付", isNumber: true), .init("却下", isNumber: true), .init("重複", isNumber: true),
                    .init("置換", isNumber: true), .init("行でないもの", isNumber: true),
                ],
                rows: extracts.map { extract in
                    [
                        .text(extract.title), tag("span", .class("mono")) { files(of: extract) },
                        .text(extract.asOf.map(\.wareki) ?? "—"), count(extract.ledger.rows),
                        count(extract.ledger.accepted), count(extract.ledger.rejected),
                        count(extract.ledger.duplicate), count(extract.ledger.superseded),
                        count(extract.ledger.outside),
                    ]
                }
            ).html
        }
    }

    private static func files(of extract: ExtractSummary) -> String {
        let changes = extract.deltas.isEmpty ? "" : "（ほかに変更分 \(extract.deltas.count)件）"
        return extract.file.map { $0 + changes } ?? "届いていません"
    }

    /// A row for each code that an extract's rows were given.
    private static func counts(
        _ caption: String, _ extracts: [ExtractSummary], _ list: (ExtractSummary) -> [RejectionCount]
    ) -> HTML {
        Table(
            caption: caption,
            columns: [
                .init("データ"), .init("理由コード"), .init("件数", isNumber: true), .init("はじめの行"), .init("対処"),
            ],
            rows: extracts.flatMap { extract in
                list(extract).map { reason in
                    [
                        .text(extract.title), tag("span", .class("mono")) { reason.code },
                        count(reason.count), .text(firstLines(reason)), .text(reason.fix ?? "—"),
                    ]
                }
            }
        ).html
    }

    /// - Parameter rows: the way to the rows themselves.
    static func rejections(
        _ extracts: [ExtractSummary], _ rejected: [Rejection], _ warned: [Rejection], rows: HTML? = nil
    ) -> HTML {
        section("受け付けなかった行と、注意のある行") {
            counts("受け付けなかった理由ごとの件数", extracts, \.rejections)
            if extracts.contains(where: { !$0.rejections.isEmpty }) { rows ?? nextSteps }
            if !rejected.isEmpty { list("受け付けなかった、はじめの\(rejected.count)行（値は表示しません）", rejected) }
            if extracts.contains(where: { !$0.warnings.isEmpty }) {
                counts("受け付けた行への注意ごとの件数", extracts, \.warnings)
            }
            if !warned.isEmpty { list("注意のある、はじめの\(warned.count)件（値は表示しません）", warned) }
        }
    }

    private static var nextSteps: HTML {
        tag("p") {
            "すべての行は "
            tag("span", .class("mono")) { "renkei rejected list" }
            " で見られます。担当課に戻すファイルは "
            tag("span", .class("mono")) { "renkei rejected export" }
            " で作れます。"
        }
    }

    private static func firstLines(_ reason: RejectionCount) -> String {
        guard let lines = reason.lines, !lines.isEmpty else { return "—" }
        return lines.map(String.init).joined(separator: "、") + "行" + (lines.count < reason.count ? "ほか" : "")
    }

    private static func list(_ caption: String, _ rows: [Rejection]) -> HTML {
        Table(
            caption: caption,
            columns: [.init("ファイル・行"), .init("列"), .init("理由"), .init("対処")],
            rows: rows.map { row in
                [
                    tag("span", .class("mono")) { "\(row.position.file) \(row.position.line)行" },
                    .text(row.column ?? "—"), .text(row.message), .text(row.fix),
                ]
            }
        ).html
    }

    private static func linkage(_ summary: RunSummary, _ charts: HTML) -> HTML {
        section("照合と人") {
            figures([
                ("照合した記録", summary.linkage.records), ("比べた組", summary.linkage.candidatePairs),
                ("自動で結んだ組", summary.linkage.automatic), ("確認待ちの組", summary.linkage.grey),
            ])
            figures([
                ("住民記録にない人", summary.persons.offRegister), ("支援措置の対象", summary.persons.protected),
                ("住民記録に結び付かない支援措置の行", summary.persons.unlinkedProtection ?? 0),
                ("新しい人", summary.persons.new), ("統合", summary.persons.merged),
                ("分割", summary.persons.split),
            ])
            if let revived = summary.persons.revived {
                figures([
                    ("統合の取りやめ", revived), ("届かなくなった人", summary.persons.absent ?? 0),
                    ("また届いた人", summary.persons.returned ?? 0),
                ])
            }
            if summary.linkage.report != nil { tag("p") { charts } }
        }
    }

    private static func flags(_ summary: RunSummary) -> HTML {
        section("確認のきっかけ（規則ごと）") {
            BarChart(
                id: "flags", title: "規則ごとの人数", parts: [.init(title: "人数", style: "bar-accepted")],
                bars: summary.flags.map { .init(title: $0.title, values: [$0.count]) }
            ).html
            Table(
                caption: "一人が複数の規則に当てはまることがあります。判定できずは、理由のために言えない人で、前からの該当は続きます",
                columns: [
                    .init("規則"), .init("名称"), .init("該当", isNumber: true),
                    .init("支援中・転出など", isNumber: true), .init("前から続く該当", isNumber: true),
                    .init("判定できず", isNumber: true), .init("その理由"),
                ],
                rows: summary.flags.map { rule in
                    [
                        tag("span", .class("mono")) { rule.rule.rawValue }, .text(rule.title),
                        count(rule.count), count(rule.suppressed), count(rule.standing ?? 0),
                        count(rule.notEvaluated), .text(gaps(rule.gaps ?? [:])),
                    ]
                }
            ).html
            tag("p") {
                "新しいケース \(Wording.count(summary.cases.new))件、確認中のケース \(Wording.count(summary.cases.open))件、"
                "取下げ \(Wording.count(summary.cases.withdrawn))件。"
            }
        }
    }

    private static func gaps(_ gaps: [String: Int]) -> String {
        let words = gaps.sorted { $0.key < $1.key }.map {
            "\(Wording.gap($0.key)) \(Wording.count($0.value))"
        }
        return words.isEmpty ? "—" : words.joined(separator: "、")
    }

    private static func stages(_ stages: [StageTiming]) -> HTML {
        section("処理の時間") {
            Table(
                caption: "段階ごとの所要時間", columns: [.init("段階"), .init("秒", isNumber: true)],
                rows: stages.map { [.text(Wording.stage($0.stage)), .text(Wording.figure($0.seconds))] }
            ).html
        }
    }

    private static func section(_ title: String, @HTMLBuilder content: () -> HTML) -> HTML {
        tag("section") {
            tag("h2") { title }
            content()
        }
    }

    private static func count(_ number: Int) -> HTML { .text(Wording.count(number)) }
}
