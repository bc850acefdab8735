#include <algorithm>

#include <fmt/format.h>

#include "codec/aws/shapes.h"
#include "codec/aws_protocol.h"
#include "codec/json.h"
#include "codec/utf8.h"

// AWS words refusals in two ways. Most operations count violations of the model: "1 validation
// error detected: Value 'x' at 'stateValue' failed to satisfy constraint: …". The oldest ones
// (those that declare MissingRequiredParameterException) name a missing parameter instead: "The
// parameter MetricData.member.1.MetricName is required.", or a list that is too long: "The
// collection MetricData.member.1.Dimensions must not have a size greater than 30.".

namespace tidemark::codec {
namespace {

using aws::Shape;
using aws::ShapeKind;
using aws::ShapeMember;

constexpr std::size_t kMaxShown = 20;       // violations spelled out in one message
constexpr std::size_t kMaxValueText = 256;  // bytes of a refused value shown

// Where in the input we are. A chain on the stack, turned to text only for a refusal: a request of
// a thousand metrics has some ten thousand places.
struct Path {
  const Path* outer = nullptr;
  std::string_view name;   // of a member; empty: an item of a list
  std::size_t number = 0;  // of the item, from 1

  // "metrics.1.member.id", as violations of the model name it.
  [[nodiscard]] std::string shown() const {
    if (outer == nullptr) return {};
    if (name.empty()) return fmt::format("{}.{}.member", outer->shown(), number);
    std::string lower(name);
    if (lower[0] >= 'A' && lower[0] <= 'Z') lower[0] = static_cast<char>(lower[0] + 32);
    return outer->outer == nullptr ? lower : fmt::format("{}.{}", outer->shown(), lower);
  }
  // "Metrics.member.1.Id", as the query protocol names it.
  [[nodiscard]] std::string query() const {
    if (outer == nullptr) return {};
    if (name.empty()) return fmt::format("{}.member.{}", outer->query(), number);
    return outer->outer == nullptr ? std::string(name) : fmt::format("{}.{}", outer->query(), name);
  }
};

std::string value_text(const Document& value) {
  std::string text;
  if (value.is_string())
    text = value.as_string();
  else if (value.is_list()) {
    for (const Document& item : value.as_list()) {
      if (text.size() > kMaxValueText) break;
      text += (text.empty() ? "" : ", ") + value_text(item);
    }
    text = fmt::format("[{}]", text);
  } else {
    text = write_json(value);
  }
  if (text.size() > kMaxValueText) {
    text.resize(kMaxValueText);
    while (!text.empty() && !is_utf8(text))
      text.pop_back();  // not in the middle of a character
    text += "...";
  }
  return text;
}

class Validator {
 public:
  void check(const Shape& shape, const Document& value, const Path& path) {
    check_limits(shape, value, path);
    if (shape.kind == ShapeKind::list) {
      std::size_t number = 0;
      for (const Document& item : value.as_list())
        check(*shape.item, item, {&path, {}, ++number});
    } else if (shape.kind == ShapeKind::map) {
      for (const DocumentMember& member : value.as_map()) {
        check(*shape.item,
              member.value,
              {&path, member.key.empty() ? "''" : std::string_view(member.key)});
      }
    } else if (shape.kind == ShapeKind::structure) {
      for (const ShapeMember& member : shape.members)
        check_member(member, value, path);
    }
  }

  [[nodiscard]] std::string message() const {
    const bool one = count_ == 1;
    std::string text = fmt::format("{} validation error{} detected: ", count_, one ? "" : "s");
    for (std::size_t i = 0; i < shown_.size(); ++i)
      text += (i > 0 ? "; " : "") + shown_[i];
    return text;
  }
  [[nodiscard]] bool valid() const { return count_ == 0; }
  [[nodiscard]] const std::string& first_missing() const { return first_missing_; }
  [[nodiscard]] const std::string& first_too_long() const { return first_too_long_; }

 private:
  void check_member(const ShapeMember& member, const Document& structure, const Path& path) {
    const Document* value = structure.find(member.name);
    if (value != nullptr) return check(*member.shape, *value, {&path, member.name});
    if (!member.required) return;
    const Path missing{&path, member.name};
    if (first_missing_.empty()) first_missing_ = missing.query();
    report(fmt::format("Value null at '{}'", missing.shown()), "Member must not be null");
  }

  void check_limits(const Shape& shape, const Document& value, const Path& path) {
    if (!shape.choices.empty()) check_choice(shape, value, path);
    if (!shape.min && !shape.max) return;
    std::int64_t size = 0;
    std::string_view what = "length";
    if (value.is_string()) {
      size = static_cast<std::int64_t>(count_code_points(value.as_string()));
    } else if (value.is_int()) {
      size = value.as_int();
      what = "value";
    } else if (value.is_list() || value.is_map()) {
      size = static_cast<std::int64_t>(value.size());
    } else {
      return;
    }
    if (shape.min && size < *shape.min) {
      report(value,
             path,
             fmt::format("Member must have {} greater than or equal to {}", what, *shape.min));
    }
    if (shape.max && size > *shape.max) {
      if (value.is_list() && first_too_long_.empty()) {
        first_too_long_ = fmt::format(
            "The collection {} must not have a size greater than {}.", path.query(), *shape.max);
      }
      report(value,
             path,
             fmt::format("Member must have {} less than or equal to {}", what, *shape.max));
    }
  }

  void check_choice(const Shape& shape, const Document& value, const Path& path) {
    for (const std::string_view choice : shape.choices) {
      if (value.is_string() && value.as_string() == choice) return;
    }
    report(value,
           path,
           fmt::format("Member must satisfy enum value set: [{}]", fmt::join(shape.choices, ", ")));
  }

  void report(const Document& value, const Path& path, std::string_view constraint) {
    if (shown_.size() >= kMaxShown) {
      ++count_;
      return;
    }
    report(fmt::format("Value '{}' at '{}'", value_text(value), path.shown()), constraint);
  }

  void report(const std::string& subject, std::string_view constraint) {
    ++count_;
    if (shown_.size() >= kMaxShown) return;
    shown_.push_back(fmt::format("{} failed to satisfy constraint: {}", subject, constraint));
  }

  std::size_t count_ = 0;
  std::vector<std::string> shown_;
  std::string first_missing_;   // a parameter
  std::string first_too_long_;  // a sentence
};

bool is_of_the_oldest(const aws::OperationShape& operation) {
  const auto& errors = operation.errors;
  return std::find(errors.begin(), errors.end(), "MissingRequiredParameterException") !=
         errors.end();
}

}  // namespace

std::optional<AwsError> validate(const AwsCall& call) {
  const aws::OperationShape* operation = aws::find_operation(call.service, call.operation);
  if (operation == nullptr || operation->input == nullptr) return std::nullopt;
  Validator validator;
  validator.check(*operation->input, call.input, {});
  if (validator.valid()) return std::nullopt;
  if (is_of_the_oldest(*operation)) {
    if (!validator.first_missing().empty()) {
      return AwsError{"MissingRequiredParameterException",
                      fmt::format("The parameter {} is required.", validator.first_missing())};
    }
    if (!validator.first_too_long().empty()) {
      return AwsError{"InvalidParameterValueException", validator.first_too_long()};
    }
  }
  const bool query_only = call.service == "sns" || call.service == "sts";
  return AwsError{query_only ? "ValidationError" : "ValidationException", validator.message(), 400};
}

}  // namespace tidemark::codec
