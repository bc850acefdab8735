#include "cli/rows/csv_field.h"

namespace tidemark::cli::rows {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text)
    out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

}  // namespace tidemark::cli::rows
