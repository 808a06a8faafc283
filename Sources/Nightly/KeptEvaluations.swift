import Domain
import Flagging
import Foundation
import Linkage
import Store

/// What the flag rules said of every household that could be judged without reading it again, for the next night.
///
/// A household is kept by a print of all that it was judged by, where nobody in it was flagged: what a flag says of its sources
/// changes with every extract. What was said of it holds while rulebook and freshness are the same, and until its own day.
struct KeptEvaluations {
    /// What holds for all: where any of it is another, everybody is judged again.
    struct Head: Codable, Equatable {
        struct Source: Codable, Equatable {
            let title: String
            let asOf: Day?
            let isFresh: Bool
        }

        /// Of rules, guideline, catalogue and mappings.
        let rulebook: String
        let day: Day
        let sources: [String: Source]

        init(rulebook: String, night: RuleNight) {
            self.rulebook = rulebook
            day = night.day
            let all = Set(night.sourcesOf.values.joined()).union(night.sources.keys)
            sources = Dictionary(
                uniqueKeysWithValues: all.map { id in
                    let source = night.sources[id]
                    return (
                        id.rawValue,
                        Source(
                            title: source?.title ?? id.rawValue, asOf: source?.asOf,
                            isFresh: source?.isFresh(on: night.day) ?? false)
                    )
                })
        }

        /// Why what was said under `self` does not hold under `tonight`; `nil` where it does. Extracts may be newer.
        func voided(by tonight: Head) -> String? {
            if rulebook != tonight.rulebook { return "規則、指針か対応付けが前の夜と違うため" }
            if tonight.day < day { return "前の夜より前の日について実行したため" }
            for (id, source) in tonight.sources.sorted(by: { $0.key < $1.key }) {
                guard let then = sources[id] else { return "抽出「\(source.title)」が加わったため" }
                if then.isFresh != source.isFresh {
                    return source.isFresh
                        ? "抽出「\(source.title)」の新しい記録が届いたため" : "抽出「\(source.title)」の新しい記録が届いていないため"
                }
                if let asOf = source.asOf, let before = then.asOf, asOf < before {
                    return "抽出「\(source.title)」が前の夜より前の日のものであるため"
                }
            }
            return sources.count == tonight.sources.count ? nil : "なくなった抽出があるため"
        }
    }

    /// What was said of a household: of each purpose and member, the place of both, and a code for each rule of the purpose.
    typealias Pattern = [UInt8]

    private(set) var head: Head
    private(set) var patterns: [Pattern] = []
    private var numbers: [Pattern: UInt32] = [:]
    private(set) var prints: [ContentPrint] = []
    /// The day each holds until, as a number; `Int32.max`: for ever. And its pattern.
    private var until: [Int32] = []
    private var said: [UInt32] = []
    private var index = PrintIndex([])

    init(head: Head) { self.head = head }

    mutating func keep(_ print: ContentPrint, until day: Day?, _ pattern: Pattern) {
        let next = UInt32(patterns.count)
        let number = numbers[pattern] ?? next
        if number == next {
            numbers[pattern] = next
            patterns.append(pattern)
        }
        prints.append(print)
        until.append(day.map { Int32(clamping: $0.number) } ?? .max)
        said.append(number)
    }

    /// What was said of the household of this print, if it holds on `day`.
    func household(_ print: ContentPrint, on day: Day) -> (pattern: Int, until: Day?)? {
        guard let place = index.place(of: print, in: prints), day.number < Int(until[place]) else {
            return nil
        }
        return (Int(said[place]), until[place] == .max ? nil : Day(number: Int(until[place])))
    }

    // MARK: as pieces of a sealed file

    private struct Front: Codable {
        let head: Head
        let patterns: [Data]
    }
    /// Households in a piece.
    private static let step = 40_000

    func pieces() throws -> [[UInt8]] {
        let front = try JSONEncoder().encode(Front(head: head, patterns: patterns.map { Data($0) }))
        return [Array(front)]
            + stride(from: 0, to: prints.count, by: Self.step).map { start in
                let words = (start..<min(start + Self.step, prints.count)).flatMap { place in
                    [
                        prints[place].high, prints[place].low,
                        UInt64(UInt32(bitPattern: until[place])) << 32 | UInt64(said[place]),
                    ]
                }
                return words.withUnsafeBytes { Array($0) }
            }
    }

    /// - Parameter piece: `nil` where it is damaged.
    /// - Returns: `nil` where any of it is.
    init?(pieces: Int, piece: (Int) -> [UInt8]?) {
        guard pieces > 0, let first = piece(0),
            let front = try? JSONDecoder().decode(Front.self, from: Data(first))
        else { return nil }
        head = front.head
        patterns = front.patterns.map { Array($0) }
        for number in 1..<max(pieces, 1) {
            guard let bytes = piece(number), bytes.count.isMultiple(of: 24) else { return nil }
            bytes.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 24) {
                    func word(_ place: Int) -> UInt64 {
                        bytes.loadUnaligned(fromByteOffset: start + place, as: UInt64.self)
                    }
                    prints.append(ContentPrint(high: word(0), low: word(8)))
                    until.append(Int32(truncatingIfNeeded: word(16) >> 32))
                    said.append(UInt32(truncatingIfNeeded: word(16)))
                }
            }
        }
        guard said.allSatisfy({ $0 < patterns.count }) else { return nil }
        index = PrintIndex(prints)
    }
}

/// What the night before said of households, or why tonight judges everybody.
struct LastEvaluations {
    private(set) var kept: KeptEvaluations?
    /// Japanese: what is wrong with them; `nil` where nothing is.
    private var reason: String?

    /// Of the run that knows who was who; `nil` on the first night.
    init(_ run: RunStore?, program: String, keys: WorkspaceKeys) {
        guard let run else { return }
        do {
            guard let file = try KeptFile.open(.evaluations, folder: run.folder, keys: keys) else {
                reason = "前の夜の判定の記録がないため"
                return
            }
            guard file.program == program else {
                reason = "プログラムが前の夜と違うため"
                return
            }
            kept = KeptEvaluations(pieces: file.count) { file.piece($0) }
            if kept == nil { reason = Self.damaged }
        } catch {
            reason = Self.damaged
        }
    }

    private static let damaged = "前の夜の判定の記録を読めないため"

    /// Those that hold for tonight; `nil`: everybody is judged, and told in one line where this was not the first night.
    func holding(_ tonight: KeptEvaluations.Head, log: NightLog) -> KeptEvaluations? {
        let void = kept?.head.voided(by: tonight) ?? reason
        if let void { log.notice("\(void)、全員に規則を当て直しました（変わった分だけを当てたときと、同じ結果になります）。") }
        return void == nil ? kept : nil
    }
}

extension KeptEvaluations {
    /// Keeps tonight's for the next night; where that fails, the next night judges everybody.
    func write(program: String, folder: String, keys: WorkspaceKeys, log: NightLog) {
        do {
            try KeptFile.write(
                try pieces(), .evaluations, program: program, folder: folder, keys: keys)
        } catch {
            log.notice("今夜の判定の記録を書けませんでした。次の夜は全員に規則を当てます。ディスクの空きを確かめてください。")
        }
    }
}
