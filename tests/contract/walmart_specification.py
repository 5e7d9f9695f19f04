"""Walmart's OpenAPI documents, as far as a test asks them something."""

from collections.abc import Mapping
from dataclasses import dataclass

Json = dict[str, object]


@dataclass(frozen=True)
class Specification:
    documents: Mapping[str, object]

    def operation(self, place: str) -> tuple[Json, Json]:
        """Return the operation and the document it stands in."""
        method, _, path = place.partition(" ")
        for document in self.documents.values():
            assert isinstance(document, dict)
            if path in document["paths"]:
                return document["paths"][path][method.lower()], document
        raise AssertionError(f"{place} is in no specification")

    def parameters(self, place: str, where: str) -> dict[str, Json]:
        operation, document = self.operation(place)
        listed = operation.get("parameters", [])
        assert isinstance(listed, list)
        resolved = [resolve(each, document) for each in listed]
        return {str(each["name"]): each for each in resolved if each["in"] == where}

    def success(self, place: str) -> tuple[Json, object]:
        """Return the schema of the 200 with its document's components, and the example."""
        operation, document = self.operation(place)
        content = at(operation, "responses", "200", "content", "application/json")
        assert isinstance(content, dict)
        return {**content["schema"], "components": document.get("components", {})}, content.get(
            "example", content.get("examples")
        )


def at(value: object, *names: str) -> object:
    for name in names:
        assert isinstance(value, dict)
        value = value[name]
    return value


def resolve(value: object, document: Json) -> Json:
    assert isinstance(value, dict)
    if "$ref" in value:
        return resolve(at(document, *str(value["$ref"]).removeprefix("#/").split("/")), document)
    return value


def without_nulls(value: object) -> object:
    """Walmart's own examples hold nulls that its schemas do not allow; so do its real answers, and ours."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value
