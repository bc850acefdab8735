#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "web/own/context.h"

/// Lists that are given page by page. A cursor names the place behind which the next page begins,
/// not how many items stand before it: what comes and goes between two pages moves no other item.
namespace tidemark::web::own {

/// Which part of a list is asked for.
struct Page {
  std::string list;  ///< "alarms": its member in the answer; a cursor of another list is refused
  std::size_t limit = 0;
  json behind;  ///< order key of the last item of the page before; null: it is the first page
};

/// `cursor`: a `next` of this list, or empty. Else 400, with its name.
tl::expected<Page, ApiError> page_behind(const std::string& cursor,
                                         std::string_view list,
                                         std::size_t limit);
/// The same of `limit` and `cursor` of the query.
tl::expected<Page, ApiError> read_page(const Context& context,
                                       std::string_view list,
                                       std::size_t limit_default,
                                       std::size_t limit_max);

/// The `next` behind which an item of that order key stands last.
std::string cursor_of(const Page& page, const json& key);

/// {LIST: items, "total": how many there are, "next": the cursor of the next page or null}. `items`
/// ascend by `key_of`, which says where an item stands, as JSON; `show` makes its picture.
template <typename Item, typename Key, typename Show>
json page_of(const Page& page, const std::vector<Item>& items, Key key_of, Show show) {
  json shown = json::array();
  json next;
  auto at = items.begin();
  if (!page.behind.is_null()) {
    while (at != items.end() && !(page.behind < key_of(*at)))
      ++at;
  }
  for (; at != items.end() && shown.size() < page.limit; ++at)
    shown.push_back(show(*at));
  if (at != items.end() && at != items.begin()) next = cursor_of(page, key_of(*std::prev(at)));
  return json{{page.list, std::move(shown)}, {"total", items.size()}, {"next", std::move(next)}};
}

}  // namespace tidemark::web::own
