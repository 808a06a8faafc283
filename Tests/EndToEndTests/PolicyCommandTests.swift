import Foundation
import TestSupport
import Testing

@Suite struct PolicyCommandTests {
    private func policy(_ city: borrowing CityWorkspace, _ words: String..., input: String = "") throws
        -> Ending
    {
        try Program.run(["policy"] + words + ["--workspace", city.path, "--json"], input: input)
    }

    @Test func aWorkspaceBeginsWhenTwoPersonsPutItsFirstGuidelineInForce() throws {
        let city = try CityWorkspace(published: false)
        let fresh = city.scratch.file("fresh")
        #expect(try Program.run("init", fresh, "--templates", Program.checkout).code == 0)
        try FileManager.default.removeItem(atPath: fresh + "/inbox")
        try FileManager.default.copyItem(atPath: city.inbox, toPath: fresh + "/inbox")
        func run(_ words: String...) throws -> Ending {
            try Program.run(
                words + ["--workspace", fresh, "--json"], input: "若葉の道をゆっくり歩く!\n")
        }
        for command in ["run", "serve"] {
            let ending = try run(command)
            #expect(ending.code == 78 && ending.faultCodes == ["policy.not-begun"], "\(ending.errors)")
            #expect(ending.output.contains("policy propose") && ending.output.contains("policy approve"))
        }
        #expect(try run("user", "add", "officer", "--role", "linkage-officer").code == 0)
        #expect(try run("user", "add", "manager", "--role", "data-manager").code == 0)
        let proposed = try run("policy", "propose", "--user", "officer", "--reason", "最初の決まり")
        let revision = try #require(proposed.json["revision"] as? String, "\(proposed.errors)")
        let waiting = try run("run")
        #expect(waiting.code == 78 && waiting.output.contains(revision.prefix(12)))
        #expect(try run("policy", "approve", revision, "--user", "officer", "--reason", "最初の決まり").code == 77)
        #expect(try run("policy", "approve", revision, "--user", "manager", "--reason", "最初の決まり").code == 0)
        let night = try run("run", "--date", "2026-10-01")
        #expect(night.code == 0 && night.json["outcome"] as? String == "published", "\(night.errors)")
    }

    @Test(arguments: [["approve"], ["audit"]])
    func aGuidelineThatLeavesNobodyToChangeItOrToLookIsRefused(lost: [String]) throws {
        let city = try CityWorkspace(published: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: city.path + "/Guidelines/policies") {
            let path = "\(city.path)/Guidelines/policies/\(file)"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let narrowed = lost.reduce(text) {
                $0.replacing("\"\($1)\", ", with: "").replacing(", \"\($1)\"", with: "")
                    .replacing("actions: [\"\($1)\"]", with: "actions: [\"propose\"]")
            }
            try narrowed.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let refused = try city.adoptGuideline()
        #expect(refused.code == 78 && refused.faultCodes == ["policy.nobody"], "\(refused.errors)")
    }

    @Test func theShippedGuidelineAnswersItsTableOfCases() throws {
        let ending = try Program.run(
            "policy", "test", Program.checkout + "/samples/policy", "--date", "2026-10-01", "--json")
        #expect(ending.code == 0, "\(ending.errors)")
        #expect(ending.json["cases"] as? Int ?? 0 >= 45)
    }

    @Test func aCaseThatIsAnsweredOtherwiseIsToldWithItsLine() throws {
        let scratch = try ScratchFolder()
        try scratch.write(
            Array(
                """
                役割,操作,利用目的,項目,場合,答え,義務,わけ
                center-staff,read,support,A02,,許可,,見ます
                school-management,read,support,D05,,許可,,見るはず
                center-staff,read,suport,A02,,許可,,書き間違い

                """.utf8), to: "cases.csv")
        let ending = try Program.run(
            "policy", "test", scratch.file("cases.csv"), "--date", "2026-10-01", "--json")
        #expect(
            ending.code == 65 && ending.faultCodes == ["policy.answer", "policy.case"], "\(ending.errors)")
        let lines = (ending.json["faults"] as? [[String: Any]] ?? []).map { $0["line"] as? Int }
        #expect(lines == [3, 4])
        // Its header alone would let any guideline pass.
        try scratch.write(Array("役割,操作,利用目的,項目,場合,答え,義務,わけ\n".utf8), to: "empty.csv")
        let empty = try Program.run(
            "policy", "test", scratch.file("empty.csv"), "--date", "2026-10-01", "--json")
        #expect(empty.faultCodes == ["policy.no-cases"], "\(empty.output)")
    }

    @Test func whyNamesTheStatementsThatDecided() throws {
        let words = [
            "policy", "why", "--role", "school-management", "--action", "read", "--purpose", "support",
            "--item",
            "D05", "--date", "2026-10-01",
        ]
        let ending = try Program.run(words + ["--json"])
        #expect(ending.code == 0 && ending.json["outcome"] as? String == "deny", "\(ending.errors)")
        let statements = (ending.json["statements"] as? [[String: Any]] ?? []).compactMap {
            $0["statement"] as? String
        }
        #expect(statements.contains("school-only-school-items") && statements.contains("special-care"))
        #expect(try Program.run(words).output.contains("福祉や健康に関する記録は、学校には示しません。"))
        #expect(
            try Program.run("policy", "why", "--role", "school-managment", "--action", "read").errors
                .contains(
                    "「school-management」"))
    }

    @Test func whoCanSeeListsRolesAndPurposes() throws {
        let ending = try Program.run("policy", "who-can-see", "D05", "--date", "2026-10-01")
        #expect(ending.code == 0 && ending.output.contains("要対協調整機関"), "\(ending.errors)")
        #expect(!ending.output.contains("学校管理職"))
        #expect(try Program.run("policy", "who-can-see", "E01").output.contains("だれもいません"))
        #expect(try Program.run("policy", "who-can-see", "Z99").code == 66)
    }

    @Test func aChangeIsProposedReplayedApprovedAndObeyedByTheNight() throws {
        let city = try CityWorkspace(published: true)
        let path = city.path + "/Guidelines/policies/linkage.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let caseID = try #require(try city.caseIDs().first)
        #expect(try Program.run("explain", "case", caseID, "--workspace", city.path).code == 0)
        try text.replacing("actions: [\"explain\"]", with: "actions: [\"operate\"]").write(
            toFile: path, atomically: true, encoding: .utf8)
        // Not approved: nothing changes but a notice.
        #expect(try Program.run("explain", "case", caseID, "--workspace", city.path).code == 0)
        let check = try policy(city, "check")
        #expect(
            (check.json["notices"] as? [String])?.first?.contains("承認されていないため") == true, "\(check.errors)")
        let unchanged = try city.run()
        #expect(unchanged.json["outcome"] as? String == "unchanged", "\(unchanged.errors)")

        let difference = try policy(city, "diff")
        let changes = try #require(difference.json["changes"] as? [[String: Any]])
        #expect(!changes.isEmpty && changes.allSatisfy { $0["kind"] as? String == "revoked" })
        #expect(Set(changes.compactMap { $0["action"] as? String }) == ["explain"])
        #expect(difference.json["refused"] as? Int ?? 0 >= 1)
        let headline = try #require(difference.json["headline"] as? [String: Any])
        #expect(headline["narrowed"] as? Int ?? 0 >= 1 && headline["refusalsFallen"] as? Int == 0)
        let words = try Program.run("policy", "diff", "--workspace", city.path)
        #expect(words.output.contains("できなくなる: データ連携担当 / 経緯をたどる"), "\(words.output)")

        let proposed = try policy(
            city, "propose", "--user", "officer", "--reason", "経緯は責任者だけがたどる", input: city.password("officer")
        )
        let revision = try #require(proposed.json["revision"] as? String, "\(proposed.errors)")
        let own = try policy(
            city, "approve", revision, "--user", "officer", "--reason", "自分で確かめた",
            input: city.password("officer"))
        #expect(own.code == 77)
        let approved = try policy(
            city, "approve", revision, "--user", "privacy", "--reason", "差分を確かめた",
            input: city.password("privacy"))
        #expect(approved.code == 0, "\(approved.errors)")
        #expect(try Program.run("explain", "case", caseID, "--workspace", city.path).code == 77)
        // The way back: what was refused meanwhile would be granted.
        let back = try policy(city, "diff", "in-force", try #require(difference.json["from"] as? String))
        #expect((back.json["granted"] as? [Int])?.count == 1, "\(back.errors)")
        let told = try Program.run(
            "policy", "diff", "in-force", difference.json["from"] as? String ?? "", "--workspace", city.path)
        #expect(
            told.output.contains("許される: ") && told.output.contains("できることの増える役割と利用目的: "), "\(told.output)")
        let changed = try Program.run("audit", "changes", "--workspace", city.path)
        #expect(changed.output.contains("規定の案を承認した"), "\(changed.output)")
        let night = try city.run()
        #expect(night.code == 0 && night.json["outcome"] as? String == "published", "\(night.errors)")
    }

    @Test func aProposalThatAnswersOtherwiseThanItsCasesIsNotApproved() throws {
        let city = try CityWorkspace(published: true)
        let path = city.path + "/Guidelines/policies/casework.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        func propose(_ word: String) throws -> String {
            try text.replacing("候補となった", with: word).write(toFile: path, atomically: true, encoding: .utf8)
            let proposed = try policy(
                city, "propose", "--user", "officer", "--reason", "言葉を直した", input: city.password("officer"))
            return try #require(proposed.json["revision"] as? String, "\(proposed.errors)")
        }
        func approve(_ revision: String) throws -> Ending {
            try policy(
                city, "approve", revision, "--user", "privacy", "--reason", "表を確かめた",
                input: city.password("privacy"))
        }
        let first = try propose("候補の")
        try city.setCases([
            "center-staff,read,support,A02,,許可,,家庭を訪ねます", "center-staff,read,support,A02,,不許可,,書き間違い",
        ])
        let refused = try approve(first)
        #expect(refused.code == 65 && refused.faultCodes == ["policy.answer"], "\(refused.errors)")
        #expect((refused.json["faults"] as? [[String: Any]])?.first?["line"] as? Int == 3)
        #expect(try policy(city, "check").json["inForce"] as? String != first)
        try city.setCases(["center-staff,read,support,A02,,許可,,家庭を訪ねます"])
        let approved = try approve(first)
        #expect(approved.code == 0 && approved.json["cases"] as? Int == 1, "\(approved.errors)")
        // Where the workspace has none of its own, those renkei is shipped with.
        try FileManager.default.removeItem(atPath: city.path + "/Guidelines/cases")
        let shipped = try approve(propose("候補にあがった"))
        #expect(shipped.code == 0 && shipped.json["cases"] as? Int ?? 0 >= 45, "\(shipped.errors)")
    }

    @Test func theMatrixAndTheFileRegisterAreWrittenOnce() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.file("out")
        for words in [["guideline", "matrix"], ["guideline", "file-register"]] {
            let ending = try Program.run(words + ["--output", folder, "--date", "2026-10-01", "--json"])
            #expect(ending.code == 0, "\(ending.errors)")
            #expect(try Program.run(words + ["--output", folder]).code == 64)
        }
        let html = try String(contentsOfFile: folder + "/matrix.html", encoding: .utf8)
        #expect(html.contains("こども家庭センター職員") && html.contains("緊急の安全確認"))
        let csv = try String(contentsOfFile: folder + "/matrix.csv", encoding: .utf8)
        #expect(csv.contains("\"center-staff\",\"こども家庭センター職員\",\"support\""))
        #expect(!csv.contains("\"E01\""))
        let register = try String(contentsOfFile: folder + "/file-register.html", encoding: .utf8)
        #expect(register.contains("こどもデータ連携ファイル") && register.contains("記録項目") && register.contains("（記入）"))
    }
}
