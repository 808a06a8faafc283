internal import Domain

/// Who is linked and who could be, by source and by group.
extension LinkageSections {
    // MARK: reach

    static func reach(
        _ report: LinkageReport, _ sources: [String: String], of subject: Subject = .city
    ) -> Section {
        section("reach", "手がかりの足りない記録") {
            tag("p") {
                switch subject {
                case .city:
                    "まったく同じ内容の記録と比べても、自動で結ぶ基準に届かない記録です。氏名や生年月日が欠けているか、ありふれた名で、ほかに手がかりがないためです。"
                    "基準を下げるより、担当課に項目を足してもらうほうが確かです。"
                case .table: "まったく同じ内容の記録と比べても、下限に届かない記録です。値が欠けているか、ありふれた値ばかりのためです。"
                }
            }
            shareChart(
                "reach-chart", "基準に届きうる記録の割合", report.reach, with: "届きうる記録", without: "届かない記録"
            ) { sources[$0] ?? $0 }
            shareTable(
                subject == .city
                    ? "自分自身と比べて基準に届くか。番号は、ほかの抽出も使う番号のときだけ手がかりに数えます" : "自分自身と比べて下限に届くか", report.reach, "データ",
                "届きうる", "届かない"
            ) { sources[$0] ?? $0 }
        }
    }

    // MARK: clusters

    static func clusters(_ report: LinkageReport, of subject: Subject = .city) -> Section {
        section("clusters", "一人にまとまった記録の数") {
            tag("p") {
                subject == .city
                    ? "同じ内容の行をまとめた記録が、一人にいくつ集まったかを示します。抽出の数より大きいまとまりは、別の人が混じっていないかを確かめてください。"
                    : "下限以上の組からまとめた人に、いくつの記録が集まったかを示します。大きいまとまりは、「renkei link cluster --suspicious」で確かめてください。"
            }
            BarChart(
                id: "clusters-chart", title: "一人の記録の数と人数", description: "記録の数ごとの人数です。",
                parts: [.init(title: "人数", style: "up")],
                bars: report.clusterSizes.map { .init(title: "\($0.records)件", values: [$0.persons]) }
            ).html
            folded(
                Table(
                    caption: "1件は、ほかのどの記録とも結ばれなかった人です",
                    columns: [.init("一人の記録"), .init("人数", isNumber: true)],
                    rows: report.clusterSizes.map { [.text("\($0.records)件"), number($0.persons)] }))
        }
    }

    // MARK: shares linked

    static func links(_ report: LinkageReport, _ sources: [String: String]) -> Section {
        section("links", "結ばれた割合") {
            tag("p") {
                "割合が一部の人たちで低いと、その人たちへの支援が見落とされやすくなります。\(GuardedShare.limit)件に満たない数は「\(GuardedShare.limit)未満」とし、"
                "引き算で分かる数も幅で示します。"
            }
            tag("h3") { "データごと" }
            tag("p") { "各課の記録のうち、住民記録の人と結ばれたものです。市外の人の記録は、結ばれなくて正しいことがあります。" }
            shareChart(
                "links-sources", "住民記録の人と結ばれた記録の割合", report.linkedSources, with: "結ばれた記録",
                without: "結ばれていない記録"
            ) { sources[$0] ?? $0 }
            shareTable("各課の記録と住民記録", report.linkedSources, "データ", "結ばれた", "結ばれていない") { sources[$0] ?? $0 }
            tag("h3") { "人の集まりごと" }
            tag("p") { "住民記録のほかの記録のうち、住民記録の人と結ばれたものです。" }
            shareChart(
                "links-groups", "集まりごとの、結ばれた記録の割合", report.linkedGroups, with: "結ばれた記録",
                without: "結ばれていない記録", group)
            shareTable("各課の記録の集まりごと", report.linkedGroups, "集まり", "結ばれた", "結ばれていない", group)
            tag("h3") { "住民記録のこども" }
            tag("p") { "住民記録の18歳未満のこどものうち、ほかの記録が一つでも結ばれたこどもです。届いた記録がまだないこどもは、結ばれなくて正しいことがあります。" }
            shareChart(
                "links-children", "ほかの記録と結ばれたこどもの割合", report.foundChildren, with: "結ばれたこども",
                without: "結ばれていないこども", group)
            shareTable("住民記録のこどもの集まりごと", report.foundChildren, "集まり", "結ばれた", "結ばれていない", group)
        }
    }

    private static func group(_ name: String) -> String {
        switch LinkageGroup(rawValue: name) {
        case .all: "すべて"
        case .foreignName: "通称・ローマ字・カタカナの氏名"
        case .changedFamilyName: "旧氏がある、保護者と氏が違う"
        case .twins: "双子・三つ子とみられる"
        case .movedIn: "転入して3年に満たない"
        case nil: name
        }
    }

    private static func shareChart(
        _ id: String, _ title: String, _ shares: [LinkageReport.NamedShare], with: String, without: String,
        _ name: (String) -> String
    ) -> HTML {
        BarChart(
            id: id, title: title, description: "棒の長さは全体を100%とした割合です。",
            parts: [
                .init(title: with, style: "up"), .init(title: "伏せた数", style: "hidden"),
                .init(title: without, style: "down"),
            ],
            bars: shares.map { share in
                let (all, least) = (share.share.all.least, share.share.with.least)
                let rest = min(share.share.without.least, all - least)
                return .init(
                    title: name(share.name), values: [least, max(0, all - least - rest), rest],
                    label: Wording.share(share.share))
            }, isShare: true
        ).html
    }

    private static func shareTable(
        _ caption: String, _ shares: [LinkageReport.NamedShare], _ what: String, _ with: String,
        _ without: String,
        _ name: (String) -> String
    ) -> HTML {
        Table(
            caption: caption,
            columns: [
                .init(what), .init("記録", isNumber: true), .init(with, isNumber: true),
                .init(without, isNumber: true), .init("割合", isNumber: true),
            ],
            rows: shares.map { share in
                [
                    .text(name(share.name)), .text(Wording.count(share.share.all)),
                    .text(Wording.count(share.share.with)), .text(Wording.count(share.share.without)),
                    .text(Wording.share(share.share)),
                ]
            }
        ).html
    }
}
