import Domain
import Foundation

/// The school areas (通学区域) of a city, by the towns of the register: for counts alone, never for rules.
struct SchoolAreas {
    /// Longest town first, so that 東台町 is not 東台.
    private let towns: [(town: String, area: String)]

    private struct Text: Decodable {
        struct Area: Decodable {
            let area: String
            let towns: [Placed<String>]
        }
        let areas: [Area]
    }

    /// Reads `areas.json5` of a guideline folder; without one there are no school areas.
    ///
    /// - Throws: `Fault`: `areas.town` where a town is empty or listed twice; what reading a configuration file throws.
    init(folder: String) throws {
        let path = folder + "/areas.json5"
        guard FileManager.default.fileExists(atPath: path) else {
            towns = []
            return
        }
        let text: Text = try ConfigurationFile.load(path, name: "areas.json5").decode()
        var seen: Set<String> = []
        for town in text.areas.flatMap(\.towns) where town.value.isEmpty || !seen.insert(town.value).inserted
        {
            throw town.node.fault(
                "areas.town", "町の名前が空か、2度書かれています。", fix: "1つの町は、1つの通学区域だけに書いてください。")
        }
        let pairs: [(town: String, area: String)] = text.areas.flatMap { area in
            area.towns.map { (town: $0.value, area: area.area) }
        }
        towns = pairs.sorted { ($0.town.utf8.count, $1.town) > ($1.town.utf8.count, $0.town) }
    }

    var isEmpty: Bool { towns.isEmpty }

    /// The area of a town as the register writes it, with or without 丁目; `nil`: none is known.
    func area(of town: String) -> String? { towns.first { town.hasPrefix($0.town) }?.area }
}
