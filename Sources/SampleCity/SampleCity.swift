package import Domain
internal import Foundation

/// An invented city, 若葉野市: nobody in it is a real person, no town a real town.
///
/// Writes the departments' extracts with the habits real ones have, and the truth that tells which rows are about the
/// same person. Household by household, all files at once: memory does not grow with the city.
package struct SampleCity: Sendable {
    package let parameters: CityParameters

    package init(_ parameters: CityParameters) { self.parameters = parameters }

    /// Writes `folder/inbox/<prefix>_<yyyyMMdd>.csv` for each department, `folder/truth.csv`, `folder/planted.csv` and
    /// `folder/groups.csv`.
    ///
    /// The truth has one line for each row and subject: `file,line,subject,person`, the line being the physical line
    /// on which the row begins. What was planted has one line for each person and sign: `person,sign`; the groups one for
    /// each person and group: `person,group,set`. The same parameters give the same bytes.
    /// - Parameter progress: called now and then with the number of children so far.
    /// - Throws: `Fault` of kind `.inputOutput` where a file cannot be written.
    package func write(
        to folder: String, progress: (_ children: Int) -> Void = { _ in }
    ) throws(Fault) -> CitySummary {
        let inbox = folder + "/inbox"
        do {
            try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        } catch {
            throw Fault(
                .inputOutput, code: "sample.folder", message: "出力先フォルダーを作れません。", file: inbox,
                fix: "出力先フォルダーの書き込み権限を確認してください。")
        }
        let city = City(parameters: parameters)
        let truth = try TruthFile(path: folder + "/truth.csv")
        let planted = try PlantedFile(path: folder + "/planted.csv")
        let groups = try GroupsFile(path: folder + "/groups.csv")
        var files: [ExtractFile] = []
        var departments = SampleCity.departments.map { $0.init(city: city) }
        for department in SampleCity.departments {
            files.append(try ExtractFile(department.layout, folder: inbox, city: city, truth: truth))
        }

        let (maker, difficulties) = (HouseholdMaker(city: city), Difficulties(city: city))
        var summary = CitySummary()
        while summary.children < parameters.children {
            var household = maker.household(summary.households)
            difficulties.plant(into: &household)
            for place in departments.indices {
                try departments[place].write(household, to: files[place])
            }
            for entry in difficulties.planted(in: household) {
                try planted.line(person: city.truthID(entry.person), sign: entry.sign)
                summary.count(entry.sign)
            }
            for entry in household.groups {
                try groups.line(person: city.truthID(entry.person), group: entry.group, set: entry.set)
            }
            summary.count(household, asOf: parameters.asOf)
            if summary.households % 1000 == 0 { progress(summary.children) }
        }

        for (department, file) in zip(departments, files) {
            try department.finish(file)
            try file.close()
            summary.files.append(.init(file: file.name, rows: file.rows))
        }
        try truth.close()
        try planted.close()
        try groups.close()
        return summary
    }

    /// How the thirteen files look, in the departments' order.
    static var layouts: [ExtractLayout] { departments.map { $0.layout } }

    /// In the order of the summary.
    static var departments: [any DepartmentExtract.Type] {
        [
            JuminExtract.self, JidoteateExtract.self, JidofuyoExtract.self, SeihoExtract.self,
            KenshinExtract.self,
            YobosesshuExtract.self, NinsanpuExtract.self, HoikuExtract.self, GakureiExtract.self,
            ShukketsuExtract.self, ShugakuenjoExtract.self, SoudanExtract.self, ShienExtract.self,
        ]
    }
}

/// What was invented, in numbers.
package struct CitySummary: Sendable, Hashable {
    /// People under 18.
    package private(set) var children = 0
    package private(set) var households = 0
    package private(set) var people = 0
    /// Rows a file, without header and totals, in the departments' order.
    package fileprivate(set) var files: [FileCount] = []
    /// For how many people a rule should find a difficulty, by its name, in a fixed order.
    package private(set) var planted: [PlantedCount] = Signs.all.map { .init(name: $0.name, count: 0) }

    package struct FileCount: Sendable, Hashable {
        package let file: String
        package let rows: Int
    }

    package struct PlantedCount: Sendable, Hashable {
        package let name: String
        package fileprivate(set) var count: Int
    }

    fileprivate mutating func count(_ household: Household, asOf: Day) {
        households += 1
        people += household.people.count
        children += household.children(on: asOf).count
    }

    fileprivate mutating func count(_ sign: String) {
        for place in planted.indices where planted[place].name == sign { planted[place].count += 1 }
    }
}
