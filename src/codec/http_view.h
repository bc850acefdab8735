#pragma once

#include <functional>
#include <optional>
#include <string_view>

namespace tidemark::codec {

/// The parts of an HTTP request the codec looks at; views into the caller's buffers.
struct HttpView {
  std::string_view method;  ///< "POST"
  std::string_view path;    ///< as sent, percent-encoded, without the query
  std::string_view query;   ///< as sent, without the '?'
  std::string_view body;    ///< as sent for signatures; decompressed for decode_body
  /// A header by lower-case name; values of repeated headers joined with ','. nullopt: absent.
  std::function<std::optional<std::string_view>(std::string_view)> header;
};

}  // namespace tidemark::codec
