import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

@Suite("Whom a declaration means")
struct DeclaringTests {
    @Test(
        "whoever lies outside the asker's range is answered as if nobody were meant, and the trail knows of both"
    )
    func outside() throws {
        let world = try World()
        try world.run("r", [Invented("P-1")])
        try world.publish("r", [])
        let desk = DeclarationDesk(user: "school", token: "t") { action, _ in
            Decisions(
                for: "emergency", reach: Reach(required: [.school], given: [.school("みなみ")], tellers: [:])
            ) { _, remit in
                remit == .within
                    ? grant(action, actor: .user("school"))
                    : .deny(Denial(ground: .outsideScope, message: "範囲の外です。", revision: "r1"))
            }
        }
        func declaring(_ whom: PersonID) -> Fault? {
            fault {
                _ = try world.service.declare(
                    NewDeclaration(
                        kind: .emergency, whom: .person(whom), reason: "通報を受けた", minutes: 5,
                        overrides: false), at: desk, at: noon)
            }
        }
        let (outside, nobody) = (declaring("P-1"), declaring("P-9"))
        #expect(outside?.code == "declaration.nobody" && outside == nobody)
        #expect(try world.refusals("declaration.begin") == 2)
    }
}
