import Foundation
import Testing

/// No command is added without saying what it asks policy for.
@Suite struct DoorCommandTests {
    @Test func doorsListExactlyTheCommandsThatHelpLists() throws {
        let help = try Program.run("--help").output
        let commands = help.split(separator: "\n").compactMap {
            $0.firstMatch(of: /^  ([a-z]+(?: [a-z][a-z-]*){0,2}) +[^a-z]/).map { String($0.1) }
        }.filter { !$0.hasPrefix("renkei") }
        let page = try String(contentsOfFile: Program.checkout + "/docs/doors.md", encoding: .utf8)
        let table = try #require(page.split(separator: "## Commands").last?.split(separator: "## ").first)
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let listed = rows.flatMap { row in
            row.split(separator: "|")[0].matches(of: /`([a-z -]+)`/).map { String($0.1) }
        }
        #expect(commands.count > 50)
        #expect(Set(listed).count == listed.count)
        #expect(
            Set(listed) == Set(commands), "\(Set(listed).symmetricDifference(commands).sorted())")
    }
}
