import Domain
import Extracts
import Foundation
import Policy
import SampleCity
import TestSupport
import Testing

@testable import Mapping

/// The shipped catalogue, dictionary and mappings, as `renkei mapping suggest` knows them.
enum Shipped {
    static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let catalogue = Result {
        try Guideline.load(folder: checkout + "/Guidelines", digest: { _ in "" }).catalogue
    }
    static let dictionary = Result {
        try HeaderDictionary.load(checkout + "/Mappings/headers.json5", catalogue: catalogue.get())
    }
    static let mappings = Result {
        try MappingSet.load(folder: checkout + "/Mappings", catalogue: catalogue.get()).all
    }

    /// What is known where the mapping of `source` does not exist yet.
    static func words(without source: SourceID? = nil) throws -> (HeaderWords, [ExtractMapping]) {
        let others = try mappings.get().filter { $0.source != source }
        return (HeaderWords(try dictionary.get(), mappings: others, catalogue: try catalogue.get()), others)
    }

    static let asOf = Day(number: 20_727)

    /// What is proposed for a file of `text`.
    static func suggestion(of text: String) throws -> MappingSuggestion {
        let (words, mappings) = try words()
        let scratch = try ScratchFolder()
        let path = try scratch.write(Array(text.utf8), to: "x.csv")
        let profile = try ExtractProfile.read(path: path, file: "x_20261001.csv", words: words, asOf: asOf)
        return MappingSuggestion(profile, words: words, mappings: mappings)
    }
}

/// One extract of a city in one guise, with what each column really is.
struct Guise {
    enum Variant: String, CaseIterable {
        case asTheyAre = "そのまま"
        case renamed = "別の言葉"
        case removed = "見出しなし"
    }

    let truth: ExtractMapping
    let variant: Variant
    /// The header that the truth knows, by the header of the guise.
    let original: [String: String]
    let suggestion: MappingSuggestion

    /// Makes the extract at `path` into its guise, in `folder`, and has it profiled without its own mapping.
    init(_ truth: ExtractMapping, _ variant: Variant, path: String, folder: String) throws {
        self.truth = truth
        self.variant = variant
        let (words, others) = try Shipped.words(without: truth.source)
        let name = "extract_20261001.csv"
        var disguised = path
        var original: [String: String] = [:]
        if variant != .asTheyAre {
            let reader = try ExtractReader(path: path, source: truth.source, file: name, format: truth.format)
            var lines: [[String]] = []
            let header = reader.header.map(Cell.trimmed)
            let renamed = header.enumerated().map { index, header in
                variant == .removed
                    ? MappingSuggestion.placeholder(index) : Synonyms.rename(header, of: truth.source)
            }
            for (old, new) in zip(header, renamed) {
                original[new] = variant == .removed ? Self.pattern(old, truth) : old
                if let pattern = MonthHeader.pattern(of: new) { original[pattern] = Self.pattern(old, truth) }
            }
            if variant == .renamed { lines.append(renamed) }
            while let line = try reader.next() { if case .row(let row) = line { lines.append(row.fields) } }
            disguised = folder + "/" + name
            let text = lines.map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
            try text.write(toFile: disguised, atomically: true, encoding: .utf8)
        }
        self.original = original
        let profile = try ExtractProfile.read(path: disguised, file: name, words: words, asOf: Shipped.asOf)
        suggestion = MappingSuggestion(profile, words: words, mappings: others)
    }

    private static func quoted(_ field: String) -> String {
        field.contains { "\",\n\r".contains($0) } ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }

    /// The truth's own name of a header: with `{月}` where it maps one column a month.
    private static func pattern(_ header: String, _ truth: ExtractMapping) -> String {
        guard let pattern = MonthHeader.pattern(of: header), truth.headers.contains(pattern) else {
            return header
        }
        return pattern
    }

    func known(_ header: String) -> String { original[header] ?? header }
}

/// How many columns of a draft are right, left open, or wrong.
struct Score {
    var right = 0
    /// The headers left open.
    var asked: [String] = []
    var wrong: [String] = []
    var open: Int { asked.count }
    var columns: Int { right + open + wrong.count }

    static func + (left: Score, right: Score) -> Score {
        Score(
            right: left.right + right.right, asked: left.asked + right.asked, wrong: left.wrong + right.wrong)
    }

    /// Reads the draft as a mapping and holds each of its columns against the truth. One column a month counts as one.
    init(_ guise: Guise) throws {
        let text = MappingDraft(guise.suggestion).text
        let draft = try ExtractMapping.read(
            try ConfigurationFile.read(text, name: "draft.json5"), catalogue: try Shipped.catalogue.get(),
            takesOpenQuestions: true)
        let dropped = Dictionary(
            draft.dropped.map { ($0.header, $0.reason) }, uniquingKeysWith: { first, _ in first })
        for header in draft.headers where header != OpenQuestion.mark {
            let name = guise.known(header)
            if let reason = dropped[header] {
                if reason.contains(OpenQuestion.mark) {
                    asked.append(header)
                } else if guise.truth.dropped.contains(where: { $0.header == name }) {
                    right += 1
                } else {
                    wrong.append("\(guise.truth.source) \(header): 受け取らない")
                }
            } else if let error = Self.error(header, name, draft, guise) {
                wrong.append("\(guise.truth.source) \(header): \(error)")
            } else {
                right += 1
            }
        }
    }

    init(right: Int = 0, asked: [String] = [], wrong: [String] = []) {
        self.right = right
        self.asked = asked
        self.wrong = wrong
    }

    /// What the draft makes of a column and the truth does not.
    private static func error(_ header: String, _ name: String, _ draft: ExtractMapping, _ guise: Guise)
        -> String?
    {
        let truth = guise.truth
        func roles(_ mapping: ExtractMapping, _ header: String) -> Set<String> {
            Set(
                mapping.identityHeaders.filter { $0.header == header }.map {
                    // A household's telephone is the child's contact, whosever it is.
                    $0.column == .phone ? "phone" : "\($0.subject.rawValue).\($0.column.rawValue)"
                })
        }
        let extra = roles(draft, header).subtracting(roles(truth, name))
        if !extra.isEmpty { return extra.sorted().joined(separator: ",") }
        for fact in draft.facts where fact.column == header {
            guard truth.facts.contains(where: { agrees(fact, $0, header, name, guise) }) else {
                return "\(fact.item) \(fact.kind)"
            }
        }
        let isSupporting =
            !draft.identifyingColumns.contains(header) && !draft.facts.contains { $0.column == header }
        if isSupporting {
            let dated = draft.facts.filter { if case .column(header) = $0.moment { true } else { false } }
            if dated.isEmpty,
                !draft.outside.contains(where: { $0.conditions.contains { $0.column == header } })
            {
                return "使い道がない"
            }
        }
        return nil
    }

    private static func agrees(
        _ fact: FactRule, _ truth: FactRule, _ header: String, _ name: String, _ guise: Guise
    ) -> Bool {
        guard truth.column == name, truth.item == fact.item, truth.subject == fact.subject,
            case .fixed(let kind) = fact.kind, case .fixed(kind) = truth.kind,
            fact.conditions.map({ guise.known($0.column) }) == truth.conditions.map(\.column)
        else { return false }
        // A date left out is a question; another date is a mistake.
        if case .column(let date) = fact.moment {
            guard case .column(guise.known(date)) = truth.moment else { return false }
        }
        switch (fact.value, truth.value) {
        case (.day, .day), (.number, .number): return true
        case (.coded(let mine), .coded(let theirs)):
            let columns = guise.suggestion.profile.columns
            guard
                let column = columns.first(where: { $0.header == header })
                    ?? columns.first(where: {
                        MappingSuggestion.placeholder($0.index) == header
                    })
            else { return false }
            return column.values.keys.allSatisfy {
                mine.meaning(of: $0) == .unknown || mine.meaning(of: $0) == theirs.meaning(of: $0)
            }
        default: return false
        }
    }
}
