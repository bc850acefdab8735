#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tidemark::codec::aws {

enum class ShapeKind { string, integer, real, boolean, blob, time, list, map, structure };

struct Shape;

struct ShapeMember {
  std::string_view name;
  const Shape* shape = nullptr;
  bool required = false;
};

/// The type of a value, as the service's model declares it. Views point into the built-in tables.
struct Shape {
  std::string_view name;
  ShapeKind kind = ShapeKind::structure;
  std::optional<std::int64_t> min, max;   ///< length of text, list, map; value of a number
  std::vector<std::string_view> choices;  ///< of an enum; empty: any text
  const Shape* item = nullptr;            ///< of a list; of a map: its values
  std::string_view key_name = "key";      ///< tags of a map's entries in query and XML
  std::string_view value_name = "value";
  std::vector<ShapeMember> members;  ///< of a structure, in the model's order

  /// nullptr: no member of that name.
  [[nodiscard]] const ShapeMember* find(std::string_view member) const;
};

struct ErrorShape {
  std::string_view name;  ///< "ResourceNotFound", as JSON and CBOR name it
  std::string_view code;  ///< as the query protocol names it
  int status = 400;
  std::string_view fault;        ///< "Sender" or "Receiver"
  std::string_view message_key;  ///< "message" or "Message"
};

struct OperationShape {
  std::string_view name;
  const Shape* input = nullptr;   ///< nullptr: takes nothing
  const Shape* output = nullptr;  ///< nullptr: answers nothing, and has no Result element in XML
  std::vector<std::string_view> errors;
};

struct ServiceShapes {
  std::string_view name;     ///< "cloudwatch"
  std::string_view version;  ///< "2010-08-01"
  std::string_view signing;  ///< "monitoring": the service in a signature's scope
  std::string_view target;   ///< prefix in X-Amz-Target and rpc-v2-cbor paths; "-": none
  std::string_view namespace_uri;
  std::map<std::string_view, std::unique_ptr<Shape>> shapes;
  std::map<std::string_view, OperationShape> operations;
  std::map<std::string_view, ErrorShape> errors;

  /// By shape name or by query code; nullptr: not one of this service.
  [[nodiscard]] const ErrorShape* find_error(std::string_view name_or_code) const;
};

/// The services of the built-in tables.
const std::vector<ServiceShapes>& services();
/// nullptr: no table for it.
const ServiceShapes* find_service(std::string_view name);
const OperationShape* find_operation(std::string_view service, std::string_view operation);

}  // namespace tidemark::codec::aws
