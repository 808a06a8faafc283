import Domain
import Foundation
import Linkage
import Store
import Tables

/// `renkei link train`: a model's probabilities from the table, with or without labels.
enum LinkTrainCommand {
    static let usage = Usage(
        "link train", "m・u・事前の確率を入力から学び、モデルを書きます",
        options: LinkWork.options + [
            Option("out", "FILE", "モデルを書き出すJSON"),
            Option("for-splink", "FILE", "同じモデルを Splink 4・5 が読める形でも書き出すJSON（学習の記録は入りません）"),
            Option("labels", "FILE", "組のラベルのCSV（id_l,id_r,label。「同じ」の組から m を数えます）"),
            Option("from-truth", nil, "正解の列から m と事前の確率を数えます"),
            Option("seed", "S", "無作為な組を選ぶ乱数の種（省略時は作業ファイルの seed か1）"),
        ],
        discussion: """
            何も付けなければ、正解なしに学びます。u は無作為な組から、m は training の em_blocking の規則ごとに期待値最大化で
            求めます。ラベルか正解の列があれば、m は同じ人の組を数えて求めます。
            いっしょに一致しやすい比較（同じ世帯の姓と住所など）があれば、名前と、重みが大きすぎる分を示します。
            モデルには、入力のSHA-256、乱数の種、規則、各回の収束の有無を書き残します。収束しなかった回は、そう示します。

            例: renkei link train --work unit.json --out model.json
                renkei link train --work unit.json --labels labels.csv --out model.json
            """)

    private struct Result: Encodable {
        let outcome = "trained"
        let file: String?
        let prior: Double
        let converged: Bool
        let provenance: ModelProvenance
        let weights: [String: [Level]]
        let dependences: [Dependence]
        let seconds: [String: Double]

        struct Dependence: Encodable {
            let first: String
            let second: String
            let excessBits: Double
            let isStrong: Bool
        }

        struct Level: Encodable {
            let label: String
            let m: Double?
            let u: Double?
            let weight: Double?
        }
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        progress.begin("train")
        let (training, provenance) = try train(&work, arguments)
        let (dependences, notAsked, untold) = try TableTraining.dependences(
            training.model, table: &work.table, threads: work.threads)
        progress.end()
        if let out = arguments.values["out"] {
            try TableModelFile.write(
                training.model, idColumn: work.unit.idColumn, provenance: provenance, to: out)
        }
        if let path = arguments.values["for-splink"] {
            try TableModelFile.write(
                training.model, idColumn: work.unit.idColumn, provenance: provenance, isForSplink: true,
                to: path)
        }
        let levels = Dictionary(
            uniqueKeysWithValues: training.model.comparisons.map { comparison in
                (comparison.name, comparison.levels.filter { !$0.isNull }.map(Self.level))
            })
        try console.result(
            Result(
                file: arguments.values["out"], prior: training.model.prior,
                converged: provenance.allConverged, provenance: provenance, weights: levels,
                dependences: dependences.map {
                    Result.Dependence(
                        first: $0.first, second: $0.second, excessBits: $0.excess, isStrong: $0.isStrong)
                },
                seconds: progress.seconds))
        tell(training, console)
        for comparison in training.model.comparisons {
            console.say("\(comparison.name):")
            for level in levels[comparison.name] ?? [] {
                console.say(
                    "  \(level.weight.map { String(format: "%+7.2f", $0) } ?? "   なし")  \(level.label)")
            }
        }
        for pair in dependences where pair.isStrong {
            console.say(
                String(
                    format: "注意: 「%@」と「%@」は、別人どうしでもいっしょに一致します（独立なら%.0f組のはずが%.0f組）。両方が一致した組の重みは%.1fビット大きすぎます。",
                    pair.first, pair.second, pair.expectedOthers, pair.others, pair.excess))
        }
        if dependences.contains(where: \.isStrong) {
            console.say("  → 2つを1つの比較にまとめ、training の joint に書くと、まとめて学びます（docs/link.md）。")
        }
        for (first, second) in notAsked { console.say("「\(first)」と「\(second)」は、いっしょに一致する組が多すぎるため調べていません。") }
        for (first, second) in untold {
            console.say("「\(first)」と「\(second)」が別人どうしでもいっしょに一致するかは、ほかの比較がないため調べられません。")
        }
        if !provenance.allConverged { console.say("注意: 収束しなかった回があります。モデルの m をそのまま信じないでください。") }
        console.say(progress.text + "、メモリ最大 \(peakMebibytes()) MiB")
        console.say(
            arguments.values["out"].map {
                "次に: "
                    + arguments.next(
                        LinkPredictCommand.usage, console,
                        [("model", $0), ("threshold", "5"), ("out", "pairs.csv")])
            } ?? "次に: 「--out model.json」を付けると、モデルを書き出します。")
    }

    private static func level(_ level: TableModel.Level) -> Result.Level {
        Result.Level(label: level.label, m: level.m, u: level.u, weight: level.weight)
    }

    /// Trains as the command line asks.
    static func train(
        _ work: inout LinkWork, _ arguments: ParsedArguments
    ) throws -> (TableTraining, ModelProvenance) {
        guard var plan = work.unit.plan else {
            throw usageFault("作業ファイルに学習の仕方（training）がありません。", "training を書いてください。書き方は docs/link.md にあります。")
        }
        if let seed = try arguments.number("seed", in: 0...1 << 53) { plan.seed = UInt64(seed) }
        guard work.table.count > 1 else { throw nothing("記録が\(work.table.count)件しかなく、比べる組がありません。") }
        let training: TableTraining
        var (method, labelled): (String, Int?) = ("em", nil)
        if let path = arguments.values["labels"] {
            let names = try work.names()
            let labels = try PairLabels.read(path, names: names)
            guard !labels.same.isEmpty else { throw nothing("ラベルに「同じ」の組がありません。", file: path) }
            (method, labelled) = ("labels", labels.same.count)
            training = try work.training {
                try TableTraining.train(
                    $0.model, plan: plan, matches: labels.same.sorted(), isComplete: false, table: &$0.table,
                    threads: $0.threads)
            }
        } else if arguments.has("from-truth") {
            let matches = TruePairs.all(
                try work.truth(), linkType: work.model.linkType, datasets: work.table.datasets)
            guard !matches.isEmpty else { throw nothing("正解の列に、比べうる同じ人の組がありません。") }
            (method, labelled) = ("truth", matches.count)
            training = try work.training {
                try TableTraining.train(
                    $0.model, plan: plan, matches: matches, isComplete: true, table: &$0.table,
                    threads: $0.threads)
            }
        } else {
            training = try work.training {
                try TableTraining.train($0.model, plan: plan, table: &$0.table, threads: $0.threads)
            }
            guard plan.rules.isEmpty || training.passes.contains(where: { $0.pairs > 0 }) else {
                throw nothing("em_blocking の規則が作る組がありません。")
            }
        }
        let inputs = try zip(work.unit.datasets, work.unit.inputs).map {
            ModelProvenance.Input(name: $0, sha256: try Digest.sha256(file: $1))
        }
        return (
            training,
            ModelProvenance(
                engine: "renkei \(Renkei.version)", inputs: inputs, records: work.table.count, plan: plan,
                method: method, labelledPairs: labelled, training: training)
        )
    }

    private static func nothing(_ message: String, file: String? = nil) -> Fault {
        Fault(
            .gate, code: "link.nothing", message: "\(message)学べません。", file: file,
            fix: "入力に記録があるか、規則の列に値が入っているかを「renkei link profile」で確かめてください。")
    }

    static func tell(_ training: TableTraining, _ console: Console) {
        console.say("事前の確率 \(training.model.prior)、別人の組 \(training.randomPairs)で u を数えました。")
        for pass in training.passes {
            console.say(
                "「\(pass.rule)」の組 \(pass.pairs)"
                    + (pass.drawnFrom.map { "（多くて\($0)組から均等に選びました）" } ?? "")
                    + "で m を求めました（\(pass.iterations)回、"
                    + (pass.converged ? "収束" : "収束せず") + "）。"
                    + (pass.leftOut.isEmpty ? "" : "除いた比較: " + pass.leftOut.joined(separator: "、")))
        }
        for missing in training.unseen { console.say("求められなかったもの: \(missing)") }
    }
}
