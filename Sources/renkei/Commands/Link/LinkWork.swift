import Domain
import Foundation
import Linkage
import Tables

/// What every command of `renkei link` begins with: the work file, its table, and a model.
struct LinkWork {
    let unit: WorkUnit
    var table: RecordTable
    var model: TableModel
    let threads: Int
    let maxPairs: Int
    /// Where the model's probabilities come from, for people.
    let modelSource: String

    static let options = [
        Option("work", "FILE", "作業ファイル（JSON。入力・規則・比較・学習の仕方）"),
        Option("model", "FILE", "学習したモデル（link train か Splink 4・5 の保存したJSON。省略時は作業ファイルの m・u）"),
        Option("folder", "NAME=DIR", "入力の「$NAME」の場所（省略時は環境変数）"),
        Option("threads", "N", "スレッド数（省略時は2）"),
        Option("max-pairs", "N", "規則が作ってよい組の上限（省略時は5億）"),
    ]

    init(_ arguments: ParsedArguments, _ progress: inout LinkProgress) throws {
        guard let path = arguments.values["work"] else {
            throw usageFault("作業ファイルがありません。", "「--work」で作業ファイルを指定してください。書き方は docs/link.md にあります。")
        }
        unit = try WorkUnit.load(path: path, folders: Self.folders(arguments))
        threads = try arguments.number("threads", in: 1...256) ?? 2
        maxPairs = try arguments.number("max-pairs", in: 1...1 << 50) ?? 500_000_000
        model = try arguments.values["model"].map { try SplinkModel.load(path: $0) } ?? unit.model
        modelSource = arguments.values["model"] ?? path
        progress.begin("read")
        table = try TableFile.read(unit.inputs)
    }

    /// Ready to compare.
    mutating func linker() throws -> TableLinker {
        try TableLinker(model, table: &table, threads: threads, maxPairs: maxPairs)
    }

    /// The person of each record, where the work file says in which column that stands.
    ///
    /// - Throws: `usage` where it does not.
    func truth() throws -> [UInt32] {
        guard let column = unit.truthColumn else {
            throw usageFault(
                "作業ファイルに正解の列（truth_column）がありません。", "正解の列の名前を書くか、「--labels」で組のラベルのCSVを指定してください。")
        }
        return try table.terms(of: column)
    }

    private static func folders(_ arguments: ParsedArguments) throws -> [String: String] {
        var folders = ProcessInfo.processInfo.environment
        if let given = arguments.values["folder"] {
            let parts = given.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw usageFault("「--folder」の書き方が違います。", "「--folder 名前=フォルダ」と書いてください。")
            }
            folders[parts[0]] = parts[1]
        }
        return folders
    }
}

extension ParsedArguments {
    /// The option's value as a number of bits.
    func bits(_ name: String) throws(Fault) -> Double? { try bitsList(name)?.first }

    /// The option's value as numbers of bits with commas between.
    func bitsList(_ name: String) throws(Fault) -> [Double]? {
        guard let text = values[name] else { return nil }
        let numbers = text.split(separator: ",").map { Double($0) }
        guard !numbers.isEmpty, numbers.allSatisfy({ $0?.isFinite == true }) else {
            throw usageFault("「--\(name)」が数ではありません。", "重みの下限をビットで書いてください（例: 5、「--\(name)=-2.5」）。")
        }
        return numbers.compactMap(\.self)
    }
}

/// Tells which part of the work has begun, and keeps how long each took.
struct LinkProgress {
    private let console: Console
    private var last = ContinuousClock.now
    private var part: String?
    private(set) var seconds: [String: Double] = [:]

    /// The parts of the work in their order.
    private static let titles = [
        (name: "read", title: "読み込み"), (name: "train", title: "学習"), (name: "prepare", title: "準備"),
        (name: "predict", title: "比較"), (name: "cluster", title: "まとめ"), (name: "evaluate", title: "正解との照合"),
        (name: "write", title: "書き出し"),
    ]

    init(_ console: Console) { self.console = console }

    /// Ends the part before.
    mutating func begin(_ name: String) {
        end()
        part = name
        let title = Self.titles.first { $0.name == name }?.title ?? name
        console.isTerminal
            ? console.write(note: "\r\u{1B}[K\(title) …")
            : console.note("{\"event\":\"stage.began\",\"stage\":\"\(name)\"}")
    }

    mutating func end() {
        let now = ContinuousClock.now
        if let part {
            seconds[part] = last.duration(to: now) / .seconds(1)
            if console.isTerminal { console.write(note: "\r\u{1B}[K") }
        }
        (last, part) = (now, nil)
    }

    /// One line for people.
    var text: String {
        Self.titles.compactMap { part in
            seconds[part.name].map { String(format: "%@ %.2f秒", part.title, $0) }
        }.joined(separator: "、")
    }
}

/// The most memory this process has held, in MiB.
func peakMebibytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1024
}
