internal import Domain

/// Somebody who lives, or lived, in the invented city.
struct Person {
    enum Role { case father, mother, child, grandfather, grandmother }

    /// Where the register has them.
    enum Standing: Hashable {
        case resident
        case movedOut(Day)
        case dead(Day)
    }

    /// Unique in the city: household index × 16 + place in the household.
    var serial: Int
    var role: Role
    var sex: Sex
    var birth: Day
    /// As registered, old characters included; Latin for foreign residents.
    var name: PersonName
    /// The surname before a divorce or remarriage.
    var formerFamily: NamePart?
    /// The register shows the former surname (旧氏).
    var showsFormer = false
    /// 通称 of a foreign resident.
    var alias: PersonName?
    /// Relation to the head of the household as the register writes it.
    var relation = ""
    var standing = Standing.resident
    /// 住民となった日.
    var residentSince: Day
    /// The latest change and its reason (異動事由).
    var change: Change
    /// Difficulties planted in this person's life.
    var signs: Signs = []

    struct Change {
        var day: Day
        var reason: String
    }

    func age(on day: Day) -> Int { birth.age(on: day) }
}

/// Difficulties planted, so that a test can ask whether the rules find them.
struct Signs: OptionSet, Hashable {
    let rawValue: Int

    static let unseenCheckup = Signs(rawValue: 1 << 0)
    static let highEPDS = Signs(rawValue: 1 << 1)
    static let epdsItem10 = Signs(rawValue: 1 << 2)
    static let risingAbsence = Signs(rawValue: 1 << 3)
    static let notEnrolled = Signs(rawValue: 1 << 4)
    static let notOnSchoolRegister = Signs(rawValue: 1 << 5)
    static let lateNotification = Signs(rawValue: 1 << 6)
    static let noSchoolAid = Signs(rawValue: 1 << 7)
    static let recentArrival = Signs(rawValue: 1 << 8)
    static let council = Signs(rawValue: 1 << 9)
    static let consultation = Signs(rawValue: 1 << 10)
    static let allowanceStopped = Signs(rawValue: 1 << 11)
    static let noFollowUp = Signs(rawValue: 1 << 12)
    static let unseenAtHome = Signs(rawValue: 1 << 13)
    static let unexplainedAbsence = Signs(rawValue: 1 << 14)
    static let longAbsence = Signs(rawValue: 1 << 15)
    static let latePregnancy = Signs(rawValue: 1 << 16)

    /// With their names in the summary.
    static let all: [(sign: Signs, name: String)] = [
        (.unseenCheckup, "unseenCheckup"), (.highEPDS, "highEPDS"), (.epdsItem10, "epdsItem10"),
        (.risingAbsence, "risingAbsence"), (.notEnrolled, "notEnrolled"),
        (.notOnSchoolRegister, "notOnSchoolRegister"), (.lateNotification, "lateNotification"),
        (.noSchoolAid, "noSchoolAid"), (.recentArrival, "recentArrival"), (.council, "council"),
        (.consultation, "consultation"), (.allowanceStopped, "allowanceStopped"),
        (.noFollowUp, "noFollowUp"), (.unseenAtHome, "unseenAtHome"),
        (.unexplainedAbsence, "unexplainedAbsence"), (.longAbsence, "longAbsence"),
        (.latePregnancy, "latePregnancy"),
    ]
}
