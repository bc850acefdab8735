#pragma once

#include <string>
#include <string_view>

namespace tidemark::cli::rows {

/// `text` as a field of a CSV row: quoted where it has to be (RFC 4180).
std::string csv_field(std::string_view text);

}  // namespace tidemark::cli::rows
