internal import Domain

/// Pairs that teach: a waterfall of weights each.
extension LinkageSections {
    static func examples(
        _ report: LinkageReport, _ sources: [String: String], of subject: Subject = .city
    ) -> Section {
        section("examples", "組の例") {
            switch subject {
            case .city:
                tag("p") {
                    "結果を見なおすときの手がかりになる組です。支援措置の対象者の組と、人が判断した組は出しません。"
                    "それぞれの記録は "
                    tag("span", .class("mono")) { "renkei explain row ファイル:行" }
                    " でたどれます。"
                }
                tag("p") {
                    "双子の確認がなければ基準に届いていた組は、\(Wording.count(report.heldBack))組ありました。"
                }
            case .table:
                tag("p") {
                    "下限のすぐ上とすぐ下の組です。記録は、入力のファイルの何件目かで示します。"
                    "ほかの組は "
                    tag("span", .class("mono")) { "renkei link compare A B" }
                    " で確かめられます。"
                }
            }
            if report.examples.isEmpty { tag("p", .class("muted")) { "示せる組はありません。" } }
            for example in report.examples {
                tag("h3") { title(of: example.kind) }
                tag("p") { lesson(of: example.kind) }
                waterfall(example, report.model) { place in
                    switch subject {
                    case .city:
                        "\(sources[place.source.rawValue] ?? place.source.rawValue) \(place.file):\(place.line)"
                    case .table: "\(place.file) の\(place.line)件目"
                    }
                }
            }
        }
    }

    private static func title(of kind: LinkageReport.PairExample.Kind) -> String {
        switch kind {
        case .weakestLink: "自動で結んだ、いちばん弱い組"
        case .strongestUnlinked: "結ばなかった、いちばん強い組"
        case .heldBack: "双子の確認が止めた組"
        case .grey: "確認待ちの組"
        }
    }

    private static func lesson(of kind: LinkageReport.PairExample.Kind) -> String {
        switch kind {
        case .weakestLink: "これが別の人なら、基準が低すぎます。"
        case .strongestUnlinked: "これが同じ人なら、決まりか基準が厳しすぎます。"
        case .heldBack: "生年月日と世帯が同じでも名が異なるため、双子やきょうだいとみて結びません。"
        case .grey: "人が「renkei review」で確かめる組のうち、重みが幅の中ほどにあるものです。"
        }
    }

    private static func waterfall(
        _ example: LinkageReport.PairExample, _ model: LinkageReport.ModelReport,
        _ place: (LinkageReport.PairExample.Place) -> String
    ) -> HTML {
        Waterfall(
            id: "example-\(example.kind.rawValue)", title: "\(place(example.left)) と \(place(example.right))",
            lines: example.lines.map { .init(comparison: $0.comparison, level: $0.level, weight: $0.weight) },
            weight: example.weight, marks: marks(model)
        ).html
    }
}
