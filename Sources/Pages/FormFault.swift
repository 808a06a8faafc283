/// What is wrong with a form as it was sent: told above it, with a way to the field, and beside the field itself.
package struct FormFault: Sendable, Hashable {
    /// The field's name in the form; `nil`: it is about none.
    package var field: String?
    /// What is wrong and how to mend it, without what was typed.
    package var message: String

    package init(field: String?, message: String) { (self.field, self.message) = (field, message) }

    /// Above the form. Has the focus when the page opens, so that it is read out first.
    ///
    /// - Parameters:
    ///   - lead: what was not done.
    ///   - title: the field's name for people.
    ///   - fix: a line of its own.
    func alert(_ lead: String, title: String?, fix: String? = nil) -> HTML {
        tag(
            "div", .class("alert"), .init("role", "alert"), .init("tabindex", "-1"), .init("autofocus", "")
        ) {
            tag("p") {
                tag("strong") { lead }
                if let title {
                    if let field { tag("a", .href("#\(field)")) { title } } else { title }
                    ": "
                }
                message
            }
            if let fix { tag("p") { "対処: \(fix)" } }
        }
    }
}

/// How the fields of a form stand where one of them is at fault.
enum FormField {
    /// Beside the label of a field at fault.
    static let mark = tag("strong", .class("fail")) { "　← ここ" }

    /// - Parameter remarks: ids of what is written about the field.
    static func attributes(_ name: String, isFaulty: Bool, remarks: [String]) -> [Attribute] {
        [.id(name)] + (remarks.isEmpty ? [] : [.init("aria-describedby", remarks.joined(separator: " "))])
            + (isFaulty ? [.init("aria-invalid", "true")] : [])
    }

    static func remark(_ words: String, of name: String) -> HTML {
        tag("p", .class("small"), .id(remarkID(name))) { words }
    }

    static func remarkID(_ name: String) -> String { "\(name)-why" }

    /// A field with its label, and with what is wrong where it is the one at fault.
    ///
    /// - Parameters:
    ///   - example: stands under the label.
    ///   - control: makes the field itself, with these attributes.
    static func html(
        _ name: String, _ label: String, _ fault: FormFault?, example: String? = nil,
        control: ([Attribute]) -> HTML
    ) -> HTML {
        let fault = fault?.field == name ? fault : nil
        let remarks = [example.map { _ in "\(name)-example" }, fault.map { _ in remarkID(name) }]
        return tag("div") {
            tag("label", .init("for", name)) {
                label
                if fault != nil { mark }
            }
            if let example { tag("span", .class("kana"), .id("\(name)-example")) { example } }
            // Above the field, so that those of a row stand in one line.
            if let fault { remark(fault.message, of: name) }
            control(
                attributes(name, isFaulty: fault != nil, remarks: remarks.compactMap(\.self))
                    + [.init("name", name)])
        }
    }

    static func input(
        _ name: String, _ label: String, _ value: String, _ fault: FormFault?, example: String? = nil,
        _ more: [Attribute] = []
    ) -> HTML {
        // A field of a kind shows nothing where its value is not of that kind, and of several faults one is told.
        let kept = fault == nil ? more : more.filter { !$0.isType }
        return html(name, label, fault, example: example) {
            .element("input", $0 + [.init("value", value)] + kept, .nothing)
        }
    }

    /// A list to choose from.
    ///
    /// - Parameter choices: words with their names for people; what was asked for stands among them, also where it is none of them.
    static func select(
        _ name: String, _ label: String, _ choices: [(id: String, title: String)], _ chosen: String,
        _ fault: FormFault?
    ) -> HTML {
        let isKnown = chosen.isEmpty || choices.contains { $0.id == chosen }
        return html(name, label, fault) { attributes in
            .element(
                "select", attributes,
                .joined(
                    (choices + (isKnown ? [] : [(chosen, chosen)])).map { choice in
                        .element(
                            "option",
                            [.init("value", choice.id)]
                                + (choice.id == chosen ? [.init("selected", "")] : []), .text(choice.title))
                    }))
        }
    }
}
