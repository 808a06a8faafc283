import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei user`: who may log in, and as what.
enum UserCommand {
    static let usage = Usage(
        "user", "画面を使う人を加え、役割やパスワードを変え、外します",
        arguments: ["add|list|set-roles|set-password|unlock|remove", "[ID]"],
        options: [
            .workspace, Option("name", "NAME", "画面に出る名前（add）"),
            Option("role", "ROLE", "役割（add、set-roles。Guidelines/roles の id。いくつかあるときは , で区切る）"),
            Option(
                "scope", "SCOPE",
                "範囲（add、set-roles。school:学校名、department:課の名前、age:0-6。いくつかあるときは , で区切る）"),
        ],
        discussion: """
            add           利用者を加えます              例: renkei user add tanaka --name 田中 --role center-staff
            list          利用者と役割を一覧します      例: renkei user list
            set-roles     役割と範囲を入れ替えます      例: renkei user set-roles tanaka --role school-management --scope school:若葉野市立朝露町小学校
            set-password  パスワードを入れ替えます      例: renkei user set-password tanaka
            unlock        失敗が続いて待たされている利用者を、すぐ試せるようにします
                                                        例: renkei user unlock tanaka
            remove        利用者を外します              例: renkei user remove tanaka

            役割によっては、範囲（学校、課、年齢）が要ります。付けるまで、その利用者には何も見えません（docs/users.md）。
            パスワードは標準入力の1行目から読みます（12文字以上）。コマンドの引数や記録には残りません。
            変更は、動いている「renkei serve」にも次の操作から効きます。パスワードを変えるか利用者を外すと、ログインは
            その場で切れます。外した利用者のIDと名前は監査記録のために残り、ほかの人に使い回すことはできません。
            だれが何を変えたかは、すべて監査記録に残ります。
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let verb = arguments.positionals[0]
        let change = UserChange(workspace: workspace, arguments: arguments, console: console)
        switch verb {
        case "list": try change.list()
        case "add": try change.add()
        case "set-roles": try change.setRoles()
        case "set-password": try change.setPassword()
        case "unlock": try change.unlock()
        case "remove": try change.remove()
        default:
            let verbs = ["add", "list", "set-roles", "set-password", "unlock", "remove"]
            throw usageFault(
                "「\(verb)」という操作はありません。",
                nearest(verb, in: verbs).map { "「\($0)」のことでしょうか。" }
                    ?? "次のどれかを書いてください: \(verbs.joined(separator: "、"))")
        }
    }
}

/// One change of the users, as the command line words it.
private struct UserChange {
    let workspace: Workspace
    let arguments: ParsedArguments
    let console: Console

    private struct Result: Encodable {
        let outcome: String
        let user: String
        var roles: [String]?
        var scopes: [String]?
        /// Kinds of range that the roles demand and the user lacks.
        var missing: [String]?
    }

    private struct List: Encodable {
        struct User: Encodable {
            let user: String
            let name: String
            let roles: [String]
            let scopes: [String]
            let missing: [String]
            let isLocked: Bool
            /// Left out where no second factor is registered.
            let recoveryCodes: Int?
            let removedAt: Date?
        }
        let outcome = "listed"
        let users: [User]
    }

    func list() throws {
        guard arguments.positionals.count == 1 else { throw usageFault("list に利用者IDは要りません。", "ID を除いてください。") }
        let service = try workspace.openService()
        let users = try service.users(by: .operating, at: Date())
        let guideline = try GuidelineInForce.orFolder(workspace, service).guideline
        func missing(_ user: UserAccount) -> [ScopeKind] {
            guideline.reach(of: user.roles, given: user.scopes).missing.sorted()
        }
        try console.result(
            List(
                users: users.map {
                    .init(
                        user: $0.id.rawValue, name: $0.displayName, roles: $0.roles.map(\.rawValue),
                        scopes: $0.scopes.map(\.text).sorted(), missing: missing($0).map(\.rawValue),
                        isLocked: $0.isLocked, recoveryCodes: $0.recoveryCodes, removedAt: $0.removedAt)
                }))
        for user in users {
            let state = user.removedAt != nil ? "外した利用者" : user.isLocked ? "待たされています" : "使えます"
            let roles = user.roles.map(\.rawValue).joined(separator: "、")
            let scopes = user.scopes.map(\.text).sorted().joined(separator: "、")
            let lacks = Self.lacks(missing(user))
            let factor = user.recoveryCodes.map { "  確認コード登録ずみ（回復コード残り\($0)）" } ?? ""
            console.say(
                "\(user.id)  \(user.displayName)  \(roles.isEmpty ? "役割なし" : roles)\(scopes.isEmpty ? "" : "  \(scopes)")  \(state)\(factor)\(lacks.map { "  \($0)" } ?? "")"
            )
        }
        if users.isEmpty { console.say("利用者はまだいません。") }
        console.say("次に: \(console.program) user add ID --role 役割 --workspace \(workspace.root)")
    }

    func add() throws {
        let id = try newID()
        let rights = try rights()
        try workspace.openService().addUser(
            id, displayName: arguments.values["name"] ?? id.rawValue, roles: rights.roles,
            scopes: rights.scopes, password: try Password.read(console, isNew: true), by: .operating,
            at: Date())
        try done(result("added", id, rights), "「\(id)」を加えました。", rights, next: "serve")
    }

    func setRoles() throws {
        let id = try id()
        let rights = try rights()
        try workspace.openService().setRoles(
            rights.roles, scopes: rights.scopes, of: id, by: .operating, at: Date())
        try done(
            result("roles-set", id, rights), "「\(id)」の役割と範囲を入れ替えました。次の操作から効きます。", rights,
            next: "user list")
    }

    private func result(_ outcome: String, _ id: UserID, _ rights: Rights) -> Result {
        Result(
            outcome: outcome, user: id.rawValue, roles: rights.roles.map(\.rawValue),
            scopes: rights.scopes.map(\.text).sorted(), missing: rights.missing.map(\.rawValue))
    }

    /// What a user lacks, for people; `nil` where nothing is missing.
    private static func lacks(_ missing: [ScopeKind]) -> String? {
        missing.isEmpty ? nil : "範囲（\(missing.map(\.title).joined(separator: "、"))）がないため、何も見えません"
    }

    func setPassword() throws {
        let id = try id()
        let password = try Password.read(console, isNew: true)
        try workspace.openService().setPassword(password, of: id, by: .operating, at: Date())
        try done(
            Result(outcome: "password-set", user: id.rawValue), "「\(id)」のパスワードを入れ替え、ログインを切りました。",
            next: "user list")
    }

    func unlock() throws {
        let id = try id()
        try workspace.openService().unlock(id, by: .operating, at: Date())
        try done(
            Result(outcome: "unlocked", user: id.rawValue), "「\(id)」は、すぐにログインを試せます。",
            next: "audit user \(id)")
    }

    func remove() throws {
        let id = try id()
        try workspace.openService().removeUser(id, by: .operating, at: Date())
        try done(
            Result(outcome: "removed", user: id.rawValue), "「\(id)」を外し、ログインを切りました。IDと名前は監査記録のために残ります。",
            next: "audit user \(id)")
    }

    private func done(_ result: Result, _ words: String, _ rights: Rights? = nil, next: String) throws {
        try console.result(result)
        if let lacks = rights.flatMap({ Self.lacks($0.missing) }) {
            console.note("「\(result.user)」には\(lacks)。「user set-roles」の --scope で付けてください。")
        }
        console.say("\(words)\n次に: \(console.program) \(next) --workspace \(workspace.root)")
    }

    private func id() throws -> UserID {
        guard arguments.positionals.count == 2, (1...64).contains(arguments.positionals[1].utf8.count) else {
            throw usageFault("利用者IDがないか、長すぎます。", "操作のあとに、64バイトまでの利用者IDを書いてください。")
        }
        return UserID(arguments.positionals[1])
    }

    /// An id for somebody new: the audit trail shows ids, and two that look the same must be the same.
    private func newID() throws -> UserID {
        let id = try id()
        let isPlain = id.rawValue.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain else {
            throw usageFault(
                "利用者IDに使えない文字があります。", "半角の英小文字・数字と「.」「_」「-」だけで、64文字までにしてください（例 tanaka）。")
        }
        guard id != "unknown" else {
            throw usageFault("「unknown」は、いない人のログインを監査記録に残すときの名前です。", "別の利用者IDにしてください。")
        }
        return id
    }

    /// What a user is given.
    private struct Rights {
        let roles: [RoleID]
        let scopes: Set<Scope>
        let missing: [ScopeKind]
    }

    /// The roles and ranges given, known to the guideline in force and to the city.
    private func rights() throws -> Rights {
        let service = try workspace.openService()
        let guideline = try GuidelineInForce.orFolder(workspace, service).guideline
        let roles = try roles(guideline)
        let scopes = try GivenScopes(workspace, service, guideline).read(arguments.values["scope"])
        return Rights(
            roles: roles, scopes: scopes,
            missing: guideline.reach(of: roles, given: scopes).missing.sorted())
    }

    private func roles(_ guideline: Guideline) throws -> [RoleID] {
        let roles = (arguments.values["role"] ?? "").split(separator: ",").map { RoleID(String($0)) }
        let known = guideline.roles.values.filter { !$0.isSystem }.map(\.id.rawValue).sorted()
        guard !roles.isEmpty else {
            throw usageFault("役割がありません。", "「--role」に次のどれかを書いてください: \(known.joined(separator: "、"))")
        }
        for role in roles where !known.contains(role.rawValue) {
            let near = nearest(role.rawValue, in: known)
            throw usageFault(
                "役割「\(role)」は指針にありません。",
                near.map { "「\($0)」のことでしょうか。" } ?? "次のどれかを書いてください: \(known.joined(separator: "、"))")
        }
        return roles
    }
}

/// A password typed or piped in; never an argument, which other processes could see.
enum Password {
    static let shortest = 12

    /// - Parameter isNew: chosen now; of one that somebody has already, nothing is said but whether it fits.
    static func read(_ console: Console, isNew: Bool = false) throws(Fault) -> String {
        var settings = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &settings) == 0
        if isTerminal {
            console.note("パスワード（\(isNew ? "\(shortest)文字以上、" : "")表示されません）:")
            var silent = settings
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        }
        defer { if isTerminal { tcsetattr(STDIN_FILENO, TCSANOW, &settings) } }
        guard let password = readLine() else {
            throw usageFault(
                "パスワードが入力されていません。", "標準入力に1人1行ずつ、聞かれた順に書いてください（2人で行うときは2行）。")
        }
        guard !isNew || password.count >= shortest else {
            throw usageFault("パスワードが短すぎます。", "\(shortest)文字以上にして、もう一度実行してください。")
        }
        return password
    }
}
