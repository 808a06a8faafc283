import Domain
import Foundation
import TestSupport
import Testing

@testable import Linkage

@Suite struct ModelTests {
    private func broken(_ change: (String) -> String) throws -> [Fault] {
        let text = change(try shippedModel().json())
        do {
            let file = try ConfigurationFile.read(text, name: "model.json")
            _ = try LinkageModel(checking: file, name: "model.json")
            return []
        } catch let faults as Faults {
            return faults.all
        } catch let fault as Fault {
            return [fault]
        }
    }

    @Test func theShippedModelIsSoundAndInTheFormTrainingWrites() throws {
        let model = try shippedModel()
        #expect(model.faults().isEmpty)
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try model.json()
        #expect(try golden(text, "/\(root)/Guidelines/linkage/model.json") == text)
    }

    @Test func commentsAreAllowed() throws {
        #expect(try broken { "// 注\n" + $0 }.isEmpty)
    }

    @Test func anUnknownKeyIsRefusedWithTheNearestOne() throws {
        let faults = try broken {
            $0.replacingOccurrences(of: "\"version\" :", with: "\"versoin\" : 1,\n\"version\" :")
        }
        #expect(faults.map(\.field) == ["versoin"])
        let nested = try broken {
            $0.replacingOccurrences(of: "\"termFrequency\" :", with: "\"termFreqency\" :")
        }
        #expect(nested.allSatisfy { $0.field?.hasSuffix("termFreqency") == true } && nested.count == 2)
    }

    @Test(arguments: [
        ("\"kanaCloseness\" : 0.88", "\"kanaCloseness\" : 2", "similarity.kanaCloseness"),
        ("\"automatic\" : 7", "\"automatic\" : 1e18", "thresholds"),
        ("\"margin\" : 3", "\"margin\" : -1", "thresholds"),
        ("\"limit\" : 500", "\"limit\" : 1", "blocking.limit"),
        ("\"limit\" : 500", "\"limit\" : \"多\"", "blocking.limit"),
        ("\"margin\" : 3,", "", "thresholds"),
        ("\"comparison\" : \"sex\"", "\"comparison\" : \"birth\"", "comparisons"),
        ("\"level\" : \"sameDay\"", "\"level\" : \"same-day\"", "comparisons.birth"),
    ])
    func whatIsWrongIsNamed(part: String, replacement: String, field: String) throws {
        let text = try shippedModel().json()
        try #require(text.contains(part))
        let faults = try broken { $0.replacingOccurrences(of: part, with: replacement) }
        #expect(faults.contains { $0.field == field && $0.file == "model.json" }, "\(faults)")
    }

    @Test func aMissingFileIsAFault() {
        #expect(throws: Fault.self) { try LinkageModel.load(path: "/nonexistent/model.json") }
    }
}
