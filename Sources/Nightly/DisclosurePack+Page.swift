import Domain
import Pages
import Store

extension DisclosurePack {
    /// The same for people, to be printed: it needs no other file.
    var page: String {
        PrintedTables(
            title: "保有個人情報の写し",
            text:
                "\(municipality)　受付番号 \(request)　\(words)の請求　\(preparedOn)作成　\(asOf)時点の記録（決まりの版 \(guideline)）",
            sections: sections, mark: "受付番号 \(request)　\(preparedOn)"
        ).render()
    }

    private var words: String {
        switch requester {
        case .person: "本人"
        case .guardian: "法定代理人"
        case .agent: "任意代理人"
        }
    }

    private var sections: [PrintedTables.Section] {
        typealias Section = PrintedTables.Section
        var sections = [
            Section(
                title: "本人を確かめる記録", text: "それぞれの課の抽出に書かれていたとおりです。",
                columns: ["記録元", "項目", "内容", "記録のある行"],
                rows: identities.flatMap { identity in
                    identity.parts.map {
                        [identity.source, $0.title, $0.value, identity.rows.joined(separator: "、")]
                    }
                }),
            Section(
                title: "持っている記録", text: "本人についての記録の一つ一つと、どこから来たかです。日付のないものは「—」と書いています。",
                columns: ["項目", "種類", "内容", "いつの記録", "記録元", "ファイルと行", "抽出の日"],
                rows: records.map {
                    [
                        "\($0.item) \($0.title)", $0.kindTitle, $0.value, $0.on ?? "—", $0.source,
                        "\($0.file) \($0.line)行目", $0.asOf ?? "—",
                    ]
                }),
        ]
        if let findings {
            sections.append(
                Section(
                    title: "規則の判定", text: "確かめるきっかけです。決定ではありません。", columns: ["規則", "題名", "理由"],
                    rows: findings.map {
                        ["\($0.rule) 第\($0.version)版", $0.title, $0.reasons.joined(separator: " ")]
                    }))
        }
        sections.append(
            Section(
                title: "利用目的と、見ることのできる主体", text: "目的ごとに、根拠の条文と、上の記録を見ることのできる役割です。",
                columns: ["利用目的", "内容", "根拠", "期間", "見ることのできる主体"],
                rows: purposes.map {
                    [
                        $0.title, $0.description, $0.articles.joined(separator: "、"), $0.period,
                        $0.recipients.isEmpty ? "—" : $0.recipients.joined(separator: "、"),
                    ]
                }))
        if let readings {
            sections.append(
                Section(
                    title: "示した記録", text: "いつ、どの目的で、どの主体に示したかです。", columns: ["日", "利用目的", "主体"],
                    rows: readings.map {
                        [$0.on, $0.purpose, $0.bodies.isEmpty ? "—" : $0.bodies.joined(separator: "、")]
                    }))
        }
        if let wishes {
            sections.append(
                Section(
                    title: "同意と利用停止の申出", text: "", columns: ["番号", "申出", "利用目的", "記録した日", "状態"],
                    rows: wishes.map {
                        [$0.number, $0.says, $0.purpose, $0.recordedOn, $0.state]
                    }))
        }
        if let spotChecks {
            sections.append(
                Section(
                    title: "抜き取り確認", text: "どの判定規則にも当てはまらなかった人から、くじで選ばれた月です。疑って選んだものではありません。",
                    columns: ["月", "確かめた結果", "日"],
                    rows: spotChecks.map { [$0.month, $0.answer ?? "—", $0.on ?? "—"] }))
        }
        if let outcomes {
            sections.append(
                Section(
                    title: "支援制度を案内した結果", text: "", columns: ["日", "制度", "結果"],
                    rows: outcomes.map { [$0.on, $0.programme, $0.result] }))
        }
        return sections + [
            Section(
                title: "保存期間", text: "記録の日から数えた年数です。", columns: ["項目", "持っている課", "年数"],
                rows: retention.map { ["\($0.item) \($0.title)", $0.holder, "\($0.years)年"] }),
            Section(
                title: "お答えしない項目", text: "次の項目は、記録があるときもないときも、同じようにお答えしません。",
                columns: ["項目", "理由"],
                rows: unanswered.map { [$0.titles.joined(separator: "、"), $0.why] }),
        ]
    }
}
