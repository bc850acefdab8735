#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace tidemark {

/// Reads the members of an object that somebody sent, one by one; an absent one leaves what it was
/// to fill as it is. The first that is wrong is remembered, with the path to it.
class JsonMembers {
 public:
  /// `where`: what stands before a member's name in messages, such as "excluded[0].". `from` must
  /// outlive this.
  JsonMembers(const nlohmann::json& from, std::string where)
      : from_(from), where_(std::move(where)) {}

  void flag(const char* name, bool* out) {
    if (const auto* value = find(name)) {
      value->is_boolean() ? void(*out = value->get<bool>()) : wrong(name, "true or false");
    }
  }
  void text(const char* name, std::string* out) {
    if (const auto* value = find(name)) {
      value->is_string() ? void(*out = value->get<std::string>()) : wrong(name, "a text");
    }
  }
  void number(const char* name, double* out) {
    if (const auto* value = find(name)) {
      value->is_number() ? void(*out = value->get<double>()) : wrong(name, "a number");
    }
  }
  /// null takes away what was there.
  void limit(const char* name, std::optional<double>* out) {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (value->is_null()) return out->reset();
    value->is_number() ? void(*out = value->get<double>()) : wrong(name, "a number or null");
  }
  /// nullptr: absent, or no list.
  const nlohmann::json* list(const char* name) {
    const auto* value = find(name);
    if (value != nullptr && !value->is_array()) wrong(name, "a list");
    return value != nullptr && value->is_array() ? value : nullptr;
  }
  /// Refuses an object without these.
  void need(std::initializer_list<const char*> names) {
    for (const char* name : names) {
      if (find(name) == nullptr) refuse(place(name) + " is required");
    }
  }
  /// Refuses an object with others than these.
  void only(std::initializer_list<std::string_view> names) {
    if (!from_.is_object()) return;
    for (const auto& [name, value] : from_.items()) {
      if (std::find(names.begin(), names.end(), name) == names.end())
        refuse(where_ + name + " is no member of this");
    }
  }
  /// nullptr: absent.
  [[nodiscard]] const nlohmann::json* find(const char* name) const {
    const auto found = from_.is_object() ? from_.find(name) : from_.end();
    return found == from_.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::string place(const char* name) const { return where_ + name; }
  void wrong(const char* name, const std::string& right) {
    refuse(place(name) + " must be " + right);
  }
  /// The same in words of its own.
  void refuse(std::string what) {
    if (error_.empty()) error_ = std::move(what);
  }
  /// `Errc::invalid`: it is no object, or a member was wrong.
  [[nodiscard]] Result<void> done() const {
    if (!from_.is_object()) {
      const std::string_view path = where_;
      return fail(Errc::invalid,
                  std::string(path.substr(0, path.rfind('.'))) + " must be an object");
    }
    if (!error_.empty()) return fail(Errc::invalid, error_);
    return {};
  }

 private:
  const nlohmann::json& from_;
  std::string where_;
  std::string error_;
};

}  // namespace tidemark
