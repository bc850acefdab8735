#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::web {

/// Whether the web UI has a page at `path`, still percent-encoded: the routes of ui/src/router.tsx.
bool is_page(std::string_view path);
/// The page whose address has slashes too many at its end; nullopt: there is none.
std::optional<std::string> page_without_slash(std::string_view path);
/// Whether `path` lies where programs ask and never a page is: what is not there is told in the
/// form of that door, whoever asks.
bool is_for_programs(std::string_view path);

}  // namespace tidemark::web
