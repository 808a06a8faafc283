package import Domain
import Flagging
package import Foundation
import Mapping
import Store

/// What the flag rules find of the difficulties planted in an invented city.
///
/// The rules as they are written now are applied to the run in service, so that a changed rule can be measured without
/// another night. The pass is the night's own: joined for each purpose as policy allows, and audited.
package struct FindingsEvaluation: Sendable {
    /// The people for whom the same signs were planted, and what the rules say of them.
    package struct Group: Sendable {
        /// Empty: nothing was planted.
        package let signs: [String]
        package fileprivate(set) var persons = 0
        /// People a rule raises a flag for.
        package fileprivate(set) var raised: [RuleID: Int] = [:]
        /// People a rule finds but does not queue: supported already, moved out, deceased.
        package fileprivate(set) var suppressed: [RuleID: Int] = [:]
        /// People a rule cannot tell about.
        package fileprivate(set) var notEvaluated: [RuleID: Int] = [:]
    }

    /// In the order of their signs.
    package let groups: [Group]

    /// - Throws: `Fault` where nothing is published, `Faults` where the rules cannot be read.
    package static func measure(
        _ workspace: Workspace, truth: Truth, now: @escaping @Sendable () -> Date
    ) throws -> FindingsEvaluation {
        let run = try workspace.openPublishedRun()
        let service = try workspace.openService()
        guard let summary = try service.currentPublication()?.summary else {
            return FindingsEvaluation(groups: [])
        }
        let rulebook = try Rulebook.load(workspace)
        let pass = RaiseFlags(
            rules: rulebook.rules, guideline: rulebook.guideline, mappings: rulebook.mappings,
            extracts: summary.extracts, asOf: summary.asOf, store: run, service: service, now: now,
            log: NightLog(seconds: { now().timeIntervalSinceReferenceDate }, listener: { _ in }))
        var findings = Findings(truth: truth, spine: rulebook.mappings.all.first { $0.isSpine }?.source)
        let flags = try pass.run { person, rule, outcome in
            findings.identify(person)
            switch outcome {
            case .suppressed: findings.note(person.id, rule, \.suppressed)
            case .notEvaluated: findings.note(person.id, rule, \.notEvaluated)
            case .flag, .notApplicable, .notYetDue, .noFinding: break
            }
        }.flags
        for flag in flags { findings.note(flag.person, flag.rule, \.raised) }
        return FindingsEvaluation(groups: findings.groups())
    }
}

/// Collects what the rules say of the publication's persons until all of them are known in the truth.
private struct Findings {
    private struct Note {
        let person: PersonID
        let rule: RuleID
        let place: WritableKeyPath<FindingsEvaluation.Group, [RuleID: Int]>
    }

    private struct Counted: Hashable {
        let person: Int
        let rule: RuleID
        let place: WritableKeyPath<FindingsEvaluation.Group, [RuleID: Int]>
    }

    let truth: Truth
    let spine: SourceID?
    private var trueness: [PersonID: Int] = [:]
    /// Known by the register's row.
    private var certain: Set<PersonID> = []
    private var seen: Set<PersonID> = []
    private var notes: [Note] = []

    init(truth: Truth, spine: SourceID?) {
        self.truth = truth
        self.spine = spine
    }

    /// Who the person really is: whom the register's row is about, else the first fact of any purpose.
    mutating func identify(_ person: JoinedPerson) {
        seen.insert(person.id)
        guard !certain.contains(person.id) else { return }
        let registered = person.facts.first { $0.position.source == spine }
        guard registered != nil || trueness[person.id] == nil,
            let position = (registered ?? person.facts.first)?.position
        else { return }
        let number = Subject.allCases.compactMap { subject in
            truth.persons[Truth.Place(file: position.file, line: position.line, subject: subject)]
        }.first
        guard let number else { return }
        trueness[person.id] = number
        if registered != nil { certain.insert(person.id) }
    }

    mutating func note(
        _ person: PersonID, _ rule: RuleID, _ place: WritableKeyPath<FindingsEvaluation.Group, [RuleID: Int]>
    ) {
        notes.append(Note(person: person, rule: rule, place: place))
    }

    func groups() -> [FindingsEvaluation.Group] {
        var groups: [[String]: FindingsEvaluation.Group] = [:]
        for signs in truth.planted.values { groups[signs, default: .init(signs: signs)].persons += 1 }
        groups[[], default: .init(signs: [])].persons += seen.count { id in
            trueness[id].map { truth.planted[$0] == nil } ?? true
        }
        // One true person may have come out as two.
        var counted: Set<Counted> = []
        for note in notes {
            let person = trueness[note.person]
            if let person,
                !counted.insert(Counted(person: person, rule: note.rule, place: note.place)).inserted
            {
                continue
            }
            let signs = person.flatMap { truth.planted[$0] } ?? []
            groups[signs, default: .init(signs: signs)][keyPath: note.place][note.rule, default: 0] += 1
        }
        return groups.values.sorted { $0.signs.lexicographicallyPrecedes($1.signs) }
    }
}
