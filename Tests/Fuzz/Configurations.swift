import Domain

/// A value of the kinds that mappings and guidelines hold.
private struct Setting: Codable {
    var source: SourceID?
    var title: String?
    var isRequired: Bool?
    var freshnessDays: Int?
    var weight: Double?
    var since: Day?
    var urgency: Urgency?
    var columns: [String: Setting]?
    var all: [Setting]?
}

/// Any text is a configuration or a fault that names its line, and what was read reads the same when written plainly.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzConfigurations(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = bytes(start, count)
    guard let text = String(validating: input, as: UTF8.self) else { return 0 }
    let lines = input.count { $0 == 0x0A } + 1
    do {
        let file = try ConfigurationFile.read(text, name: "x.json5")
        check(file.root, lines: lines)
        let plain = plainly(file.root)
        guard let again = try? ConfigurationFile.read(plain, name: "x.json5") else {
            law(false, "what was read can be written plainly")
            return 0
        }
        law(same(plainly(again.root), plain), "what is written plainly means the same")
        do { _ = try file.decode(Setting.self) } catch { error.all.forEach { check($0, lines: lines) } }
    } catch {
        check(error, lines: lines)
    }
    return 0
}

private func check(_ node: ConfigurationNode, lines: Int) {
    law((1...lines).contains(node.line), "every value stands on a line of the file")
    switch node.value {
    case .array(let elements): elements.forEach { check($0, lines: lines) }
    case .object(let members):
        law(Set(members.map(\.key)).count == members.count, "no key stands twice")
        members.forEach { check($0.node, lines: lines) }
    case .number(let number): law(number.isFinite, "a number is finite")
    case .null, .bool, .string: break
    }
}

private func check(_ fault: Fault, lines: Int) {
    law(fault.kind == .configuration && fault.file == "x.json5", "a fault names the file")
    law(fault.line.map((1...lines).contains) == true, "a fault names a line of the file")
    law(!fault.message.isEmpty && !fault.fix.isEmpty, "a fault says what to do")
}

/// As JSON, every character but the plainest by its number.
private func plainly(_ node: ConfigurationNode) -> String {
    switch node.value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): "\(number)"
    case .string(let text): plainly(text)
    case .array(let elements): "[" + elements.map(plainly).joined(separator: ",") + "]"
    case .object(let members):
        "{" + members.map { plainly($0.key) + ":" + plainly($0.node) }.joined(separator: ",") + "}"
    }
}

private func plainly(_ text: String) -> String {
    "\""
        + text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined() + "\""
}
