#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "codec/aws_protocol.h"
#include "codec/gzip.h"

namespace tidemark::codec {

/// A recorded HTTP message of tests/fixtures/aws, for tests.
class CapturedMessage {
 public:
  explicit CapturedMessage(const std::filesystem::path& path) : name_(path.filename().string()) {
    std::ifstream file(path, std::ios::binary);
    const std::string raw{std::istreambuf_iterator<char>(file), {}};
    const std::size_t end = raw.find("\r\n\r\n");
    if (end == std::string::npos) {
      ADD_FAILURE() << path << " is missing or no HTTP message";
      return;
    }
    body_ = raw.substr(end + 4);
    read_head(raw.substr(0, end + 2));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] std::string body_inflated() const {
    return headers_.count("content-encoding") > 0 ? inflate(body_).value() : body_;
  }
  /// `body` must outlive the view.
  [[nodiscard]] HttpView view(std::string_view body) const {
    return {method_, path_, query_, body, [this](std::string_view header) {
              const auto found = headers_.find(std::string(header));
              return found == headers_.end() ? std::nullopt
                                             : std::optional<std::string_view>(found->second);
            }};
  }
  std::string& header(const std::string& lower_name) { return headers_[lower_name]; }
  void remove_header(const std::string& lower_name) { headers_.erase(lower_name); }
  std::string& path() { return path_; }
  std::string& method() { return method_; }
  std::string& query() { return query_; }

 private:
  void read_head(const std::string& head) {
    std::size_t at = head.find("\r\n");
    const std::string first = head.substr(0, at);
    const std::size_t space = first.find(' ');
    method_ = first.substr(0, space);
    const std::string target = first.substr(space + 1, first.rfind(' ') - space - 1);
    const std::size_t mark = std::min(target.find('?'), target.size());
    path_ = target.substr(0, mark);
    query_ = target.substr(std::min(mark + 1, target.size()));
    for (at += 2; at < head.size();) {
      const std::size_t end = head.find("\r\n", at);
      const std::size_t colon = head.find(':', at);
      std::string header = head.substr(at, colon - at);
      std::transform(header.begin(), header.end(), header.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      });
      const std::size_t value = std::min(head.find_first_not_of(' ', colon + 1), end);
      headers_[header] = head.substr(value, end - value);
      at = end + 2;
    }
  }

  std::string name_, method_, path_, query_, body_;
  std::map<std::string, std::string> headers_;
};

inline std::filesystem::path fixture_path(const std::string& name) {
  return std::filesystem::path(TIDEMARK_SOURCE_DIR) / "tests/fixtures/aws" / name;
}

/// All recorded messages of a folder below tests/fixtures/aws, by name.
inline std::vector<CapturedMessage> captured_in(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(fixture_path(folder))) {
    if (entry.path().extension() == ".http") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return {paths.begin(), paths.end()};
}

/// The recorded request of a client, such as ("go", "GetMetricData").
inline CapturedMessage captured_call(const std::string& client, const std::string& label) {
  for (CapturedMessage& message : captured_in("requests/" + client)) {
    if (message.name().ends_with("_" + label + ".req.http")) return message;
  }
  ADD_FAILURE() << "no recorded " << label << " of " << client;
  return CapturedMessage(fixture_path("none"));
}

struct Decoded {
  AwsCall call;
  std::optional<AwsError> refusal;
};

inline Decoded decode_captured(const CapturedMessage& message) {
  const std::string body = message.body_inflated();
  const HttpView request = message.view(body);
  Decoded decoded{decode_head(request, "request-1"), std::nullopt};
  decoded.refusal = decode_body(request, &decoded.call);
  return decoded;
}

}  // namespace tidemark::codec
