internal import Domain

/// The sections of the linkage page: each a chart, a table with the same figures, and how to read them.
enum LinkageSections {
    struct Section {
        let id: String
        let title: String
        let content: HTML

        var html: HTML {
            tag("section", .id(id)) {
                tag("h2") { title }
                content
            }
        }
    }

    static func section(_ id: String, _ title: String, @HTMLBuilder content: () -> HTML) -> Section {
        Section(id: id, title: title, content: content())
    }

    /// A table that would be longer than its chart; it opens by a key or a click.
    static func folded(_ table: Table) -> HTML {
        tag("details") {
            tag("summary") { "数値の表（\(table.rows.count)行）" }
            table.html
        }
    }

    static func number(_ number: Int) -> HTML { .text(Wording.count(number)) }

    static func marks(_ model: LinkageReport.ModelReport) -> [Drawing.Mark] {
        if model.review == model.automatic {
            return [.init(at: model.automatic, title: "下限 \(Wording.figure(model.automatic))")]
        }
        return [
            .init(at: model.review, title: "確認待ちの下限 \(Wording.figure(model.review))"),
            .init(at: model.automatic, title: "自動で結ぶ基準 \(Wording.figure(model.automatic))"),
        ]
    }

    // MARK: weights of all pairs

    static func weights(_ report: LinkageReport, of subject: Subject = .city) -> Section {
        let (review, automatic) = (report.model.review, report.model.automatic)
        func zone(_ from: Double) -> (style: StaticString, title: String) {
            from >= automatic
                ? ("up", "基準以上") : from >= review ? ("down", "確認待ちの幅") : ("rest", "下限に足りない")
        }
        return section("weights", "重みの分布") {
            tag("p") {
                "比べた組を、重みの小さいほうから並べました。右へ行くほど同じ人らしい組です。二つの山の間が深い谷になっているほど、"
                "同じ人と別の人をよく見分けられています。"
                if subject == .city { "谷に組が多い夜は、確認待ちが増えます。" }
            }
            Histogram(
                id: "weights-chart", title: "比べた組の重み（縦は1目盛りで10倍）",
                description: "比べた組の数を、重み\(Wording.figure(LinkageReport.binWidth))ビットごとに示します。",
                axis: "重み（ビット）",
                bins: report.weights.map {
                    .init(from: $0.from, count: $0.pairs, style: zone($0.from).style)
                },
                width: LinkageReport.binWidth, marks: marks(report.model),
                key: subject == .city
                    ? [
                        .init(title: "下限に足りない組", style: "rest"), .init(title: "確認待ちの幅にある組", style: "down"),
                        .init(title: "自動で結ぶ基準以上の組", style: "up"),
                    ]
                    : [.init(title: "下限に足りない組", style: "rest"), .init(title: "下限以上の組", style: "up")]
            ).html
            folded(
                Table(
                    caption: subject == .city
                        ? "基準以上の組でも、双子の確認や「1人に1行」の決まりにより結ばないことがあります" : "比べた組の重みと数",
                    columns: [.init("重み"), .init("組", isNumber: true), .init("位置")],
                    rows: report.weights.map { bin in
                        [
                            .text(
                                "\(Wording.figure(bin.from)) 以上 \(Wording.figure(bin.from + LinkageReport.binWidth)) 未満"
                            ),
                            number(bin.pairs), .text(zone(bin.from).title),
                        ]
                    }))
        }
    }

    // MARK: m and u

    static func levels(_ model: LinkageReport.ModelReport) -> Section {
        func label(_ level: LinkageReport.LevelReport) -> String { Wording.bits(level.weight) }
        return section("levels", "一致の段階と重み") {
            tag("p") {
                "比べる項目ごとに、どこまで一致すれば重みをいくつ足すか（引くか）を示します。重みは、同じ人の組で起きる割合（m）が、"
                "別の人の組で起きる割合（u）の何倍かを、2を底とする対数で表したものです。値がなく比べられないときは、足しも引きもしません。"
            }
            SpanChart(
                id: "levels-chart", title: "段階ごとの重み",
                description: "右への棒は同じ人らしさを、左への棒は別の人らしさを示します。",
                rows: model.comparisons.flatMap { comparison in
                    [.heading(comparison.title)]
                        + comparison.levels.map {
                            .init(
                                title: $0.title, from: 0, to: $0.weight, label: label($0),
                                style: $0.weight < 0 ? "down" : "up")
                        }
                },
                key: [.init(title: "同じ人らしい", style: "up"), .init(title: "別の人らしい", style: "down")]
            ).html
            folded(
                Table(
                    caption: "m は同じ人の組で、u は別の人の組で、その段階になる割合です。何も比べる前の重みは \(Wording.bits(model.prior)) です",
                    columns: [
                        .init("項目"), .init("段階"), .init("m", isNumber: true), .init("u", isNumber: true),
                        .init("重み", isNumber: true),
                    ],
                    rows: model.comparisons.flatMap { comparison in
                        comparison.levels.map {
                            [
                                .text(comparison.title), .text($0.title), .text(Wording.share($0.m)),
                                .text(Wording.share($0.u)), .text(label($0)),
                            ]
                        }
                    }))
        }
    }

    // MARK: blocking

    static func blocking(_ report: LinkageReport) -> Section {
        let first = report.blocking.map(\.first).reduce(0, +)
        let split = report.blocking.filter { $0.splitBlocks + $0.oversizedBlocks > 0 }
        return section("blocking", "比べる組の選び方") {
            tag("p") {
                "すべての組（\(Wording.count(report.comparablePairs))組）を比べるかわりに、どれかの規則が作る組だけを比べました（\(Wording.count(first))組）。"
                "どの規則でも出会わない二つの記録は、同じ人でも結ばれません。"
            }
            if split.isEmpty {
                tag("p") { "大きすぎて分けたかたまりはありません。" }
            } else {
                tag("p", .class("alert")) {
                    "大きすぎるかたまりがありました。同じ値が並んでいないか（仮の生年月日や「不詳」など）を確かめてください。"
                    for rule in split {
                        "「\(rule.title)」: 分けたかたまり \(Wording.count(rule.splitBlocks))（離した組 \(Wording.count(rule.separatedPairs))）、分けきれないかたまり \(Wording.count(rule.oversizedBlocks))。"
                    }
                }
            }
            BarChart(
                id: "blocking-chart", title: "規則ごとの組", description: "規則が作る組を、はじめて作った組と、前の規則が作っていた組に分けて示します。",
                parts: [
                    .init(title: "この規則がはじめて作った組", style: "up"),
                    .init(title: "前の規則がもう作っていた組", style: "rest"),
                ],
                bars: report.blocking.map { .init(title: $0.title, values: [$0.first, $0.pairs - $0.first]) }
            ).html
            Table(
                caption: "規則は上から順に当てます。組は、はじめに作った規則のものです",
                columns: [
                    .init("規則"), .init("この規則だけで作る組", isNumber: true), .init("はじめて作った組", isNumber: true),
                    .init("かたまり", isNumber: true), .init("最大の件数", isNumber: true),
                    .init("分けたかたまり", isNumber: true), .init("分けきれない", isNumber: true),
                ],
                rows: report.blocking.map {
                    [
                        .text($0.title), number($0.pairs), number($0.first), number($0.blocks),
                        number($0.largestBlock), number($0.splitBlocks), number($0.oversizedBlocks),
                    ]
                }
            ).html
        }
    }

    // MARK: thresholds

    static func thresholds(_ report: LinkageReport, of subject: Subject = .city) -> Section {
        func precision(_ point: LinkageReport.ThresholdPoint) -> Double {
            point.pairs == 0 ? 1 : min(1, point.expectedSame / Double(point.pairs))
        }
        func recall(_ point: LinkageReport.ThresholdPoint) -> Double {
            report.expectedSame == 0 ? 1 : min(1, point.expectedSame / report.expectedSame)
        }
        return section("thresholds", "基準を動かしたとき") {
            tag("p") {
                "自動で結ぶ基準をここまで動かしたら、結ぶ組のうち同じ人の組の割合（適合率）と、同じ人の組のうち結ぶ組の割合（再現率）が"
                "どうなるかの見込みです。"
            }
            tag("p", .class("alert")) {
                "見込みは、モデルの重みが正しいとしたときのものです。正解と比べた値ではありません。重みが実際より大きければ、見込みは良く見えすぎます。"
                "再現率は、比べた組の中での割合で、どの規則でも出会わなかった組は入りません。"
                subject == .city
                    ? "本当の値は、正解のある記録で「renkei evaluate」により、あるいは下の「人の判断」で確かめてください。"
                    : "本当の値は、正解の列かラベルのある記録で「renkei link evaluate」により確かめてください。"
            }
            LineChart(
                id: "thresholds-chart", title: "基準と、見込みの適合率・再現率", description: "基準を上げると適合率が上がり、再現率が下がります。",
                axis: "自動で結ぶ基準（ビット）",
                lines: [
                    .init(
                        title: "適合率（実線）", style: "solid", keyStyle: "up",
                        points: report.thresholds.map { ($0.threshold, precision($0)) }),
                    .init(
                        title: "再現率（破線）", style: "dashed", keyStyle: "down",
                        points: report.thresholds.map { ($0.threshold, recall($0)) }),
                ], marks: marks(report.model)
            ).html
            folded(
                Table(
                    caption: "1万組のうち別の人の見込みは、その基準以上の組を1万組結んだときの数です",
                    columns: [
                        .init("基準"), .init("基準以上の組", isNumber: true), .init("見込みの適合率", isNumber: true),
                        .init("見込みの再現率", isNumber: true), .init("1万組のうち別の人の見込み", isNumber: true),
                    ],
                    rows: report.thresholds.map { point in
                        [
                            .text(Wording.figure(point.threshold)), number(point.pairs),
                            .text(Wording.share(precision(point))), .text(Wording.share(recall(point))),
                            .text(Wording.figure((1 - precision(point)) * 10_000)),
                        ]
                    }))
            if subject == .city { judged(report.judged) }
        }
    }

    private static func judged(_ judged: [LinkageReport.JudgedCount]) -> HTML {
        guard !judged.isEmpty else {
            return tag("p", .class("muted")) { "人の判断は、まだありません。「renkei review」で確かめた組が増えると、ここで見込みと比べられます。" }
        }
        return Table(
            caption: "人の判断（今夜届いた記録の組）。確かめやすい組だけを見ているため、全体の割合ではありません",
            columns: [
                .init("重みの位置"), .init("同じ人とした組", isNumber: true), .init("別の人とした組", isNumber: true),
            ],
            rows: judged.map { count in
                let zone =
                    switch count.zone {
                    case .automatic: "自動で結ぶ基準以上"
                    case .review: "確認待ちの幅"
                    case .none: "下限に足りない"
                    }
                return [.text(zone), number(count.same), number(count.different)]
            }
        ).html
    }
}
