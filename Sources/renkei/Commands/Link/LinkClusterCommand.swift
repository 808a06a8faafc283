import Domain
import Foundation
import Linkage
import Tables

/// `renkei link cluster`: records put together, person by person.
enum LinkClusterCommand {
    static let clusteringOptions = [
        Option("joining", "WAY", "まとめ方: single（1組でも下限以上）か average（すべての組の平均が下限以上。省略時は single）"),
        Option("constraints", "FILE", "必ず「同じ」「別」とする組のCSV（id_l,id_r,label）"),
    ]

    static let usage = Usage(
        "link cluster", "下限以上の組から、記録を人ごとにまとめます",
        options: LinkWork.options + [
            Option("threshold", "BITS", "まとめる組の重みの下限（省略時は 5）")
        ] + LinkCalibration.options + clusteringOptions + [
            Option("out", "FILE", "記録と人の対応を書き出すCSV"),
            Option("suspicious", "FILE", "人が見るべきまとまりだけを書き出すCSV"),
        ],
        discussion: """
            よい組から順に、制約に反しない限り1つにまとめます。作業ファイルの unique に書いた入力（同じ人が2回出てこない表）
            からは、1つのまとまりに1件だけが入ります。結果は、組の順やスレッド数によりません。
            人が見るべきまとまり: bridge（1組だけが2つの集まりをつないでいる）、sparse（4件以上で、組の半分も下限に届かない）、
            refused（制約のために結ばなかった組がある）、large（50件を超える）。
            まとまりの名前は、その記録の番号のうち最も小さいものです。

            例: renkei link cluster --work unit.json --model model.json --threshold 8 --out clusters.csv
            """)

    private struct Result: Encodable {
        let outcome = "clustered"
        let records: Int
        let clusters: Int
        let singletons: Int
        let largest: Int
        let sizes: [String: Int]
        let suspicious: [String: Int]
        let refusedPairs: Int
        let conflicts: Int
        let threshold: Double
        let calibrated: LinkCalibration.Choice?
        let seconds: [String: Double]
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        try LinkCalibration.check(arguments)
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        let names = try work.names()
        progress.begin("prepare")
        let linker = try work.linker()
        progress.begin("check")
        try work.tell(linker.forecast, console)
        progress.begin("predict")
        let (threshold, choice) = try LinkCalibration.threshold(arguments, work, linker, usual: 5, console)
        let plan = try plan(arguments, work.unit, names, threshold: threshold)
        let pairs = try linker.predict(threshold: plan.threshold).pairs
        progress.begin("cluster")
        let clustering = cluster(pairs, plan, linker, work, names)
        progress.begin("write")
        for (option, isShort) in [("out", false), ("suspicious", true)] {
            guard let path = arguments.values[option] else { continue }
            try ClusterFile.write(
                clustering, ids: names.ids, table: work.table, datasets: work.unit.datasets,
                onlySuspicious: isShort, to: path)
        }
        progress.end()
        let sizes = clustering.clusters.reduce(into: [Int: Int]()) { $0[$1.count, default: 0] += 1 }
        let suspicious = clustering.figures.flatMap(\.suspicions)
            .reduce(into: [String: Int]()) { $0[$1.rawValue, default: 0] += 1 }
        let result = Result(
            records: work.table.count, clusters: clustering.clusters.count, singletons: sizes[1] ?? 0,
            largest: sizes.keys.max() ?? 0,
            sizes: Dictionary(uniqueKeysWithValues: sizes.map { ("\($0.key)", $0.value) }),
            suspicious: suspicious, refusedPairs: clustering.refused.count,
            conflicts: clustering.conflicts.count, threshold: plan.threshold, calibrated: choice,
            seconds: progress.seconds,
            peakMebibytes: peakMebibytes())
        try console.result(result)
        console.say(
            "記録 \(result.records)件を \(result.clusters)人にまとめました（1件だけの人 \(result.singletons)、最も多い人 \(result.largest)件）。"
        )
        let reasons = ClusterFigures.Suspicion.allCases.compactMap { reason in
            suspicious[reason.rawValue].map { "\(reason.rawValue) \($0)" }
        }
        console.say(
            "人が見るべきまとまり: \(reasons.isEmpty ? "なし" : reasons.joined(separator: "、"))。制約のために結ばなかった組 \(result.refusedPairs)"
        )
        for conflict in clustering.conflicts {
            console.say(
                "「同じ」とできない組: \(names.ids[conflict.pair.left]) と \(names.ids[conflict.pair.right])"
                    + (conflict.reason == .unique ? "（1回しか出てこない表の記録が2つになる）" : "（「別」の判断と食い違う）"))
        }
        console.say(progress.text + "、メモリ最大 \(result.peakMebibytes) MiB")
        console.say(
            arguments.values["out"] == nil
                ? "次に: 「--out clusters.csv」を付けると、記録と人の対応を書き出します。"
                : arguments.values["suspicious"].map { "次に: 「\($0)」のまとまりを、人が確かめてください。" }
                    ?? "次に: 「--suspicious utagai.csv」も付けると、人が見るべきまとまりを書き出します。")
    }

    static func joining(_ arguments: ParsedArguments) throws(Fault) -> TableClustering.Joining? {
        guard let word = arguments.values["joining"] else { return nil }
        guard let joining = TableClustering.Joining(rawValue: word) else {
            throw usageFault("「--joining」の値が違います。", "single か average のどちらかを書いてください。")
        }
        return joining
    }

    /// What the command line and the work file ask of a clustering.
    static func plan(
        _ arguments: ParsedArguments, _ unit: WorkUnit, _ names: RecordNames, threshold: Double
    ) throws -> TableClustering.Plan {
        var plan = TableClustering.Plan(threshold: threshold)
        plan.unique = unit.unique
        if let joining = try joining(arguments) { plan.joining = joining }
        if let path = arguments.values["constraints"] {
            plan.verdicts = try PairLabels.read(path, names: names)
        }
        return plan
    }

    static func cluster(
        _ pairs: [TablePair], _ plan: TableClustering.Plan, _ linker: TableLinker, _ work: LinkWork,
        _ names: RecordNames
    ) -> TableClustering {
        var comparer = linker.comparer()
        return TableClustering(
            pairs, plan: plan, linkType: linker.model.linkType, datasets: work.table.datasets,
            names: names.ids, score: { comparer.pair($0, $1).weight })
    }
}
