import Foundation
import TestSupport
import Testing

@Suite struct UserAndAuditTests {
    private func user(_ city: borrowing CityWorkspace, _ words: String..., input: String = "") throws
        -> Ending
    {
        try Program.run(["user"] + words + ["--workspace", city.path, "--json"], input: input)
    }

    @Test func usersComeChangeAndGo() throws {
        let city = try CityWorkspace(published: false)
        let word = "若葉の道をゆっくり歩く!\n"
        let added = try user(city, "add", "tanaka", "--name", "田中", "--role", "center-staff", input: word)
        #expect(added.code == 0 && added.json["outcome"] as? String == "added", "\(added.errors)")
        #expect(try user(city, "set-roles", "tanaka", "--role", "center-staff,school-management").code == 0)
        #expect(
            try user(city, "set-password", "tanaka", input: word).json["outcome"] as? String == "password-set"
        )
        #expect(try user(city, "set-password", "tanaka", input: "short\n").code == 64)
        #expect(try user(city, "unlock", "tanaka").code == 0)
        #expect(try user(city, "remove", "tanaka").code == 0)
        let users = try #require(try user(city, "list").json["users"] as? [[String: Any]])
        let tanaka = try #require(users.first { $0["user"] as? String == "tanaka" })
        #expect(tanaka["name"] as? String == "田中" && tanaka["removedAt"] is String)
        let again = try user(city, "add", "tanaka", "--role", "center-staff", input: word)
        #expect(again.code == 78 && again.faultCodes == ["user.removed"])
        #expect(try user(city, "unlock", "tanaka").code == 66)
        #expect(try Program.run("audit", "verify", "--workspace", city.path, "--json").code == 0)
    }

    @Test func aSecondFactorIsRegisteredAndTakenAway() throws {
        let city = try CityWorkspace(published: false)
        let made = try user(city, "totp", "center")
        #expect(made.code == 0 && made.json["outcome"] as? String == "registered", "\(made.errors)")
        #expect((made.json["address"] as? String)?.contains("&algorithm=SHA256&digits=6&period=30") == true)
        #expect(
            (made.json["key"] as? String)?.count == 32 && (made.json["recovery"] as? [String])?.count == 10)
        #expect(try user(city, "totp", "center").faultCodes == ["second-factor.registered"])
        let users = try #require(try user(city, "list").json["users"] as? [[String: Any]])
        #expect(users.first { $0["user"] as? String == "center" }?["recoveryCodes"] as? Int == 10)
        #expect(try user(city, "totp", "reset", "center").code == 0)
        #expect(try user(city, "totp", "reset", "center").faultCodes == ["second-factor.none"])
        #expect(
            try user(city, "totp", "nobody").code == 66 && user(city, "totp", "rest", "center").code == 64)
        let words = try Program.run("user", "totp", "center", "--workspace", city.path).output
        #expect(
            words.contains("█") && words.contains("回復コード") && words.contains("otpauth://totp/renkei:center?"))
        #expect(
            try Program.run("audit", "changes", "--workspace", city.path).output.contains(
                "確認コードの登録を外した／利用者 center"))
    }

    @Test func aTokenIsMadeListedAndEnded() throws {
        let city = try CityWorkspace(published: false)
        let made = try user(city, "token", "create", "manager", "--scope", "runs:read", "--days", "30")
        let token = try #require(made.json["token"] as? String)
        #expect(made.code == 0 && token.hasPrefix("renkei_") && made.json["number"] as? Int == 1)
        let list = try user(city, "token", "list")
        let tokens = try #require(list.json["tokens"] as? [[String: Any]])
        #expect(tokens.first?["isUsable"] as? Bool == true && !list.output.contains(token))
        #expect(try user(city, "token", "end", "T-1").code == 0)
        #expect(try user(city, "token", "end", "1").faultCodes == ["token.unknown"])
        for (words, answer) in [
            (["create", "manager", "--scope", "runs:red", "--days", "1"], "「runs:read」のことでしょうか"),
            (["create", "manager", "--scope", "runs:read"], "1〜365"),
            (["create", "manager", "--scope", "runs:read", "--days", "366"], "365"),
            (["create", "manager", "--days", "1"], "cases:read"), (["creat", "manager"], "「create」のことでしょうか"),
        ] {
            let ending = try Program.run(["user", "token"] + words + ["--workspace", city.path])
            #expect(ending.code == 64 && ending.errors.contains(answer), "\(words) \(ending.errors)")
        }
        #expect(
            try Program.run("audit", "changes", "--workspace", city.path).output.contains(
                "プログラム用のトークンを終わらせた／トークン T-1（利用者 manager）"))
    }

    @Test func whoIsLoggedInIsListedAndShownOut() throws {
        let city = try CityWorkspace(published: false)
        #expect(try user(city, "sessions").json["sessions"] as? [String] == [])
        #expect(try user(city, "sessions", "end", "7").faultCodes == ["session.unknown"])
        #expect(try user(city, "sessions", "end", "center").json["count"] as? Int == 0)
        #expect(try user(city, "sessions", "finish", "7").code == 64)
    }

    @Test func whoChangedWhatIsListed() throws {
        let city = try CityWorkspace(published: false)
        let word = "若葉の道をゆっくり歩く!\n"
        #expect(try user(city, "add", "hogo", "--role", "privacy-officer", input: word).code == 0)
        #expect(
            try user(city, "add", "tanaka", "--role", "center-staff", input: "tanaka-2026-10\n").faultCodes
                == ["user.password-weak"])
        #expect(try user(city, "add", "tanaka", "--role", "center-staff", input: word).code == 0)
        #expect(try user(city, "remove", "tanaka").code == 0)
        // The sample has an officer of its own.
        #expect(try user(city, "remove", "privacy").code == 0)
        #expect(
            try user(city, "set-roles", "hogo", "--role", "center-staff").faultCodes == ["user.last-officer"])
        let me = "cli:\(NSUserName())"
        let json = try Program.run("audit", "changes", "--workspace", city.path, "--json").json
        let changes = try #require(json["records"] as? [[String: Any]]).filter {
            $0["actor"] as? String == "user:\(me)"
        }
        #expect(
            changes.map { $0["what"] as? String }.prefix(4) == [
                "user.remove", "user.remove", "user.add", "user.add",
            ],
            "\(changes)")
        let words = try Program.run("audit", "changes", "--workspace", city.path)
        #expect(words.output.contains("利用者を外した／利用者 tanaka"), "\(words.output)\(words.errors)")
        #expect(try Program.run("audit", "changes", "--person", "P-1", "--workspace", city.path).code == 64)
        #expect(
            try Program.run("audit", "changes", "--to", "2020-01-01", "--workspace", city.path).output
                .contains(
                    "当てはまる変更はありません"))
    }

    @Test(arguments: [
        (["ad", "x"], "「add」のことでしょうか"), (["add", "x"], "役割がありません"), (["add"], "利用者IDがない"),
        (["add", "x", "--role", "center-stuff"], "「center-staff」のことでしょうか"),
        (["add", "Tanaka", "--role", "center-staff"], "英小文字"),
        (["add", "田中", "--role", "center-staff"], "英小文字"),
        (["add", "tanaka ", "--role", "center-staff"], "英小文字"),
        (["add", "unknown", "--role", "center-staff"], "別の利用者ID"),
    ])
    func aMistypedUserCommandIsAnsweredWithTheWayOn(words: [String], answer: String) throws {
        let city = try CityWorkspace(published: false)
        let ending = try Program.run(["user"] + words + ["--workspace", city.path])
        #expect(ending.code == 64 && ending.errors.contains(answer), "\(ending.errors)")
    }

    @Test func whoReadWhatIsToldInPlainJapanese() throws {
        let city = try CityWorkspace(published: true)
        let id = try #require(try city.caseIDs().first)
        #expect(try Program.run("explain", "case", id, "--workspace", city.path).code == 0)
        let all = try Program.run("audit", "reads", "--workspace", city.path)
        #expect(all.code == 0 && all.output.contains("判定のために世帯の記録を読んだ"), "\(all.errors)")
        let ending = try Program.run("audit", "who-read", id, "--workspace", city.path)
        #expect(ending.output.contains("（コマンド）  ケースのもとの行をたどった／ケース \(id)"), "\(ending.output)")
        let json = try Program.run(
            "audit", "reads", "--from", "2020-01-01", "--workspace", city.path, "--json")
        let reads = try #require(json.json["records"] as? [[String: Any]]).filter {
            $0["actor"] as? String == "user:cli:\(NSUserName())"
        }
        #expect(reads.map { $0["what"] as? String } == ["audit.read", "audit.read", "case.explain"])
        #expect(try Program.run("audit", "--workspace", city.path).code == 64)
        #expect(try Program.run("audit", "write", "--workspace", city.path).code == 64)
    }
}
