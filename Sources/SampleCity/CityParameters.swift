package import Domain

/// What to invent: how many children, from which seed, for which day, and how people and clerks behave.
///
/// Households are invented one by one from `seed` and their own index, so a bigger city begins with the same
/// households as a smaller one.
package struct CityParameters: Sendable, Hashable {
    /// At least this many people under 18; the last household is made whole.
    package var children: Int
    package var seed: UInt64
    /// The day the extracts are made for; names the files.
    package var asOf: Day
    /// Which habits its departments have.
    package var habits: Habits
    /// How often people and machines write something wrong or differently.
    package var rates: ErrorRates
    /// How families are made up.
    package var families: FamilyRates
    /// How often a difficulty is planted.
    package var difficulties: DifficultyRates

    package enum Habits: String, Sendable, CaseIterable {
        /// Those of 若葉野市.
        case own
        /// Those of a second city: names without spaces or with a form of address, swapped columns, newborns without names,
        /// placeholder dates and telephones, addresses that end with the town.
        case other
    }

    package init(
        children: Int, seed: UInt64, asOf: Day, habits: Habits = .own, rates: ErrorRates = ErrorRates(),
        families: FamilyRates = FamilyRates(), difficulties: DifficultyRates = DifficultyRates()
    ) {
        self.children = children
        self.seed = seed
        self.asOf = asOf
        self.habits = habits
        self.rates = rates
        self.families = families
        self.difficulties = difficulties
    }
}

extension CityParameters {
    /// A small city in which everything happens: what is rare is made common enough for a few hundred children to
    /// show it. For samples and demonstrations, not for measuring.
    package static func showcase(children: Int, seed: UInt64, asOf: Day) -> CityParameters {
        var parameters = CityParameters(children: children, seed: seed, asOf: asOf)
        parameters.families.protected = 0.03
        parameters.families.offRegister = 0.012
        parameters.families.movedOut = 0.02
        parameters.families.twins = 0.025
        parameters.families.foreign = 0.05
        parameters.difficulties.unseenCheckup = 0.04
        parameters.difficulties.noFollowUp = 0.05
        parameters.difficulties.highEPDS = 0.2
        parameters.difficulties.epdsItem10 = 0.2
        parameters.difficulties.lateNotification = 0.2
        parameters.difficulties.latePregnancy = 0.025
        parameters.difficulties.notEnrolled = 0.06
        parameters.difficulties.unseenAtHome = 0.6
        parameters.difficulties.notOnSchoolRegister = 0.012
        parameters.difficulties.noSchoolAid = 0.6
        parameters.difficulties.burdened = 0.03
        parameters.difficulties.longAbsence = 0.02
        parameters.difficulties.recentArrival = 0.06
        parameters.difficulties.council = 0.02
        parameters.difficulties.allowanceStopped = 0.015
        return parameters
    }
}

/// Error rates of the departments' files, each a share 0...1 of the entries it can happen to.
///
/// An entry is what one department has typed of one person. Files that take people over from the register by number
/// make a tenth of the typing errors; consultation notes taken by telephone make twice as many. The defaults are
/// judgement: published figures are missing.
package struct ErrorRates: Sendable, Hashable {
    /// The register writes an old or variant character (髙, 﨑, 邊) where the name has one: 0.3.
    package var oldCharacter = 0.3
    /// A department writes the modern character although the register has the old one: 0.5.
    package var modernCharacter = 0.5
    /// Another spelling of the same reading is typed (翔太 for 祥太): 0.015.
    package var kanji = 0.015
    /// Another reading of the same spelling is typed (カワノ for コウノ): 0.015.
    package var reading = 0.015
    /// A slip in the kana (voicing, long vowel, a wrong letter): 0.02.
    package var kana = 0.02
    /// A slip in the birth date (a day or year off, day and month swapped): 0.012.
    package var birth = 0.012
    /// The wrong sex is ticked: 0.003.
    package var sex = 0.003
    /// After a change of surname the department still holds the old one: 0.35.
    package var staleSurname = 0.35
    /// After a move the department still holds the old address: 0.4.
    package var staleAddress = 0.4
    /// The building is left out of an address: 0.3.
    package var buildingOmitted = 0.3
    /// No telephone number on file: 0.2.
    package var phoneMissing = 0.2
    /// No reading on file: 0.02.
    package var kanaMissing = 0.02
    /// A consultation note has an age instead of a birth date: 0.4.
    package var birthMissing = 0.4
    /// Schools, as a share of schools, that keep the age instead of the birth date: 0.2.
    package var schoolWithoutBirth = 0.2
    /// A foreign child goes by its 通称 where it has one: 0.6.
    package var aliasUsed = 0.6
    /// A foreign name is written given name first: 0.12.
    package var nameSwapped = 0.12
    /// A foreign name loses its middle names: 0.25.
    package var middleNameDropped = 0.25
    /// A row is written twice (vaccinations): 0.015.
    package var duplicate = 0.015
    /// A date cannot be read (13th month): 0.0005.
    package var unreadableDate = 0.0005
    /// A row has lost its last field: 0.0003.
    package var shortRow = 0.0003

    package init() {}
}

/// How the families of the city are made up, each a share 0...1 of households unless said otherwise.
package struct FamilyRates: Sendable, Hashable {
    /// One parent only: 0.09 (国勢調査 gives about this for households with children).
    package var singleParent = 0.09
    /// Grandparents in the household: 0.07.
    package var grandparents = 0.07
    /// Foreign residents: 0.03.
    package var foreign = 0.03
    /// Foreign residents with a 通称: 0.3 of them.
    package var alias = 0.3
    /// Births of twins, a share of births: 0.011.
    package var twins = 0.011
    /// Same-sex twins with a name alike (the same first character), a share of them: 0.45.
    package var twinNamesAlike = 0.45
    /// The surname changed by divorce, a share of single-parent households: 0.4.
    package var divorceSurname = 0.4
    /// The surname changed by remarriage, a share of other households: 0.02.
    package var remarriageSurname = 0.02
    /// The former surname is shown in the register (旧氏), a share of changed ones: 0.15.
    package var formerShown = 0.15
    /// Came to the city after the first birth: 0.2.
    package var movedIn = 0.2
    /// Moved within the city: 0.18.
    package var movedWithin = 0.18
    /// Has left the city within the year: 0.01.
    package var movedOut = 0.01
    /// Under 支援措置: 0.004.
    package var protected = 0.004
    /// Lives in the city without being on its register: 0.004.
    package var offRegister = 0.004
    /// Died within the year, a share of grandparents; parents a tenth, children a hundredth of it: 0.02.
    package var died = 0.02
    /// Low income; single parents four times as often: 0.12.
    package var lowIncome = 0.12
    /// On public assistance (生活保護), a share of low incomes: 0.1.
    package var publicAssistance = 0.1

    package init() {}
}

/// How often each difficulty is planted, a share 0...1 of those it can happen to.
package struct DifficultyRates: Sendable, Hashable {
    /// The latest check-up not attended although reminded, and nobody has seen the child: 0.015 of children whose
    /// latest one is 5 to 23 months ago.
    package var unseenCheckup = 0.015
    /// A closer examination was needed (要精密) and no record says that it took place: 0.006 of the same children.
    package var noFollowUp = 0.006
    /// EPDS of 9 points or more: 0.04 of deliveries.
    package var highEPDS = 0.04
    /// EPDS item 10 answered above 0: 0.006 of deliveries.
    package var epdsItem10 = 0.006
    /// Absences from school rising month by month: 0.02 of pupils.
    package var risingAbsence = 0.02
    /// Many absences from school in every month: 0.012 of pupils.
    package var longAbsence = 0.012
    /// Unexplained absences from nursery rising month by month: 0.02 of children of the three upper classes.
    package var unexplainedAbsence = 0.02
    /// Not enrolled anywhere (未就園), which is no difficulty by itself: 0.025 of children of 3 to 5.
    package var notEnrolled = 0.025
    /// Nobody has seen the child for a year: 0.3 of those not enrolled who are past the check-ups.
    package var unseenAtHome = 0.3
    /// Of school age but not on the school-age register: 0.004.
    package var notOnSchoolRegister = 0.004
    /// The same of foreign children, whose parents have to ask for a place: 0.15.
    package var foreignNotOnSchoolRegister = 0.15
    /// Pregnancy notified in week 20 or later: 0.015 of deliveries.
    package var lateNotification = 0.015
    /// The same, not yet delivered: 0.0008 of mothers without a delivery of late.
    package var latePregnancy = 0.0008
    /// Gets 児童扶養手当 or 生活保護 but never asked for 就学援助: 0.1 of such households with a school child.
    package var noSchoolAid = 0.1
    /// Came within the last 160 days with a child under 6 and nothing is known: 0.015 of households with one.
    package var recentArrival = 0.015
    /// Registered with the council for children in need of protection (要対協) and open: 0.006 of children.
    package var council = 0.006
    /// Most of these twenty times as often: 0.01 of households.
    package var burdened = 0.01
    /// Has a consultation record: 0.03 of other children.
    package var consultation = 0.03
    /// 児童手当 stopped because the annual report never came: 0.004 of children under 15.
    package var allowanceStopped = 0.004

    package init() {}
}
