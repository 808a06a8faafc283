package import Domain

/// Whether a programme seems to be for a child: never a silent no, every answer says why.
package enum Eligibility: Sendable, Hashable {
    /// Seems to be; with the grounds.
    case fits([Ground])
    /// Is not, for this reason.
    case not(Refusal)
    /// Only a person can tell, because of these.
    case ask([Question], grounds: [Ground])
}

/// What speaks for it.
package enum Ground: Sendable, Hashable {
    case area
    /// Of the age; whether that was inferred from the text.
    case age(isInferred: Bool)
    /// The registry names no age, no target: for everybody of the area.
    case everyone
    /// A target code's record is there: by whose item.
    case target(code: String, item: ItemCode?)
}

/// Why it is not.
package enum Refusal: Sendable, Hashable {
    case otherArea
    case notResident
    /// Not of the age that the registry's own numbers say.
    case age
    /// For the time before the birth.
    case beforeBirth
    case over(Day)
    case notBegun(Day)
}

/// Why a person has to look.
package enum Question: Sendable, Hashable {
    /// The registry does not say where it is offered.
    case area
    /// A rejected row of the register may be about whether the person lives here.
    case residence
    /// The registry gives no age that can be used.
    case ageUnknown
    /// Not of the age that words of the text seem to say.
    case ageInferred
    /// The birth date is not known well enough.
    case birth
    /// For whom it is, in free text that asks more than age and target codes.
    case persons
    /// Conditions in free text.
    case conditions
    /// A field that says for whom or how long it is could not be read.
    case unread(String)
    /// A target code that no record tells of: its meaning is not known, or no item stands for it.
    case target(code: String)
    /// There is no record that would say so; that is no proof of the contrary.
    case notRecorded(code: String, item: ItemCode)
    /// The record says something else.
    case recordedOtherwise(code: String, item: ItemCode)
    case gap(code: String, Gap)
}

extension Programme {
    /// Whether its time, or the time to apply, is past.
    package func isOver(on day: Day) -> Bool { period.to.map { $0 < day } ?? false }

    /// Whether the programme seems to be for `child`, who lives in `household`; by nothing but records that were let through.
    package func eligibility(
        of child: SupportMember, in household: SupportHousehold, by table: MatchingTable
    ) -> Eligibility {
        let day = household.sources.day
        var grounds: [Ground] = []
        var questions: [Question] = []
        if let area {
            guard table.isOurs(area.code) else { return .not(.otherArea) }
            grounds.append(.area)
        } else {
            questions.append(.area)
        }
        switch child.isResident {
        case false?: return .not(.notResident)
        case nil: questions.append(.residence)
        case true?: break
        }
        if isOver(on: day), let last = period.to { return .not(.over(last)) }
        if let first = period.from, first > day, period.isOfRunning != true { return .not(.notBegun(first)) }
        if age.isBeforeBirth { return .not(.beforeBirth) }
        if age.basis == .unknown {
            questions.append(.ageUnknown)
        } else if let birth = child.birth?.range {
            // Every day it can be lies between the two; the bounds are spans without gaps.
            let ends = [birth.lowerBound, birth.upperBound].map { age.holds(birth: $0, on: day) }
            if ends == [true, true] {
                grounds.append(.age(isInferred: age.basis == .inferred))
            } else if ends == [false, false], !spansAge(birth, on: day) {
                // A word of a text may mean more than its grade: that is no certain no.
                guard age.basis == .inferred else { return .not(.age) }
                questions.append(.ageInferred)
            } else {
                questions.append(.birth)
            }
        } else {
            questions.append(.birth)
        }
        let targets = target(of: household, by: table)
        grounds += targets.grounds
        questions += targets.questions
        if !persons.isEmpty, !table.isPlain(persons: persons, age) { questions.append(.persons) }
        if !conditions.isEmpty { questions.append(.conditions) }
        questions += (unread ?? []).map { .unread($0) }
        return questions.isEmpty ? .fits(grounds) : .ask(questions, grounds: grounds)
    }

    /// Whether some day between two that do not fit does: a birth known to the year, an age of some months.
    private func spansAge(_ birth: ClosedRange<Day>, on day: Day) -> Bool {
        guard birth.lowerBound != birth.upperBound else { return false }
        return stride(from: birth.lowerBound.number, through: birth.upperBound.number, by: 1).contains {
            age.holds(birth: Day(number: $0), on: day)
        }
    }

    /// Codes that everybody fulfils narrow nothing; of the others one is enough.
    private func target(
        of household: SupportHousehold, by table: MatchingTable
    ) -> (grounds: [Ground], questions: [Question]) {
        let narrow = targets.filter { table.target($0)?.everyone != true }
        guard !narrow.isEmpty else {
            return ([targets.isEmpty ? .everyone : .target(code: targets[0], item: nil)], [])
        }
        var questions: [Question] = []
        for code in narrow {
            switch household.holds(code, by: table) {
            case .success(let item): return ([.target(code: code, item: item)], [])
            case .failure(let open): questions += open.questions
            }
        }
        return ([], questions)
    }
}

/// Why it stays open whether a household is one of those that a target code means.
private struct OpenTarget: Error {
    let questions: [Question]
}

extension SupportHousehold {
    /// The item that says that the household is one of those; `nil` where its ages say it.
    fileprivate func holds(_ code: String, by table: MatchingTable) -> Result<ItemCode?, OpenTarget> {
        guard let target = table.target(code) else {
            return .failure(OpenTarget(questions: [.target(code: code)]))
        }
        if let months = target.childBelowMonths {
            // A child of so few months lives there; that none does says nothing of a pregnancy.
            let isThere = members.contains { member in
                member.birth.map {
                    $0.range.lowerBound.ageInMonths(on: sources.day) < months
                        && $0.range.upperBound <= sources.day
                } ?? false
            }
            return isThere ? .success(nil) : .failure(OpenTarget(questions: [.target(code: code)]))
        }
        guard let records = target.records, !records.isEmpty else {
            return .failure(OpenTarget(questions: [.target(code: code)]))
        }
        var questions: [Question] = []
        for record in records {
            var (isElse, isStale) = (false, false)
            for member in members {
                guard let latest = member.latest(record.item, record.kind, on: sources.day) else { continue }
                if latest.words.contains(where: record.values.contains) {
                    if sources.areFresh(latest.sources) { return .success(record.item) }
                    isStale = true
                } else {
                    isElse = true
                }
            }
            let gap = isStale ? .stale(record.item) : gap(record.item, of: members, isHousehold: true)
            let question: Question =
                if let gap { .gap(code: code, gap) } else if isElse {
                    .recordedOtherwise(code: code, item: record.item)
                } else {
                    .notRecorded(code: code, item: record.item)
                }
            if !questions.contains(question) { questions.append(question) }
        }
        return .failure(OpenTarget(questions: questions))
    }
}

extension SupportMember {
    /// The words that hold on a day, with the sources that say so: those of the latest day up to it; `nil` where there is no record.
    func latest(
        _ item: ItemCode, _ kind: String, on day: Day
    ) -> (words: [String], sources: Set<SourceID>)? {
        guard permitted.contains(item) else { return nil }
        let found = facts.filter {
            $0.fact.item == item && $0.fact.kind == kind && $0.fact.firstDay <= day.number
        }
        guard let last = found.map(\.fact.lastDay).max() else { return nil }
        let latest = found.filter { $0.fact.lastDay == last }
        return (
            latest.compactMap { if case .code(let word) = $0.fact.value { word } else { nil } },
            Set(latest.map(\.position.source))
        )
    }
}

extension Fact {
    fileprivate var firstDay: Int { on?.range.lowerBound.number ?? Int.min }
    fileprivate var lastDay: Int { on?.range.upperBound.number ?? Int.min }
}
