#include <functional>
#include <map>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/duration.h"
#include "server/config.h"

namespace tidemark::server {
namespace {

/// A mistake in the file; thrown here and caught at the border below, since yaml-cpp throws too.
struct Mistake {
  YAML::Mark mark;
  std::string what;
};

using Read = std::function<void(const YAML::Node&)>;
using Fields = std::map<std::string, Read>;

std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string did_you_mean(const std::string& key, const Fields& fields) {
  std::string best;
  std::size_t best_distance = 3;
  std::string all;
  for (const auto& [name, read] : fields) {
    all += (all.empty() ? "" : ", ") + name;
    if (const std::size_t d = distance(key, name); d < best_distance) {
      best_distance = d;
      best = name;
    }
  }
  return best.empty() ? "; known are " + all : "; did you mean '" + best + "'?";
}

void read_map(const YAML::Node& node, const Fields& fields) {
  if (node.IsNull()) return;
  if (!node.IsMap()) throw Mistake{node.Mark(), "expected keys with values"};
  for (const auto& item : node) {
    const auto key = item.first.as<std::string>();
    const auto found = fields.find(key);
    if (found == fields.end()) {
      throw Mistake{item.first.Mark(),
                    fmt::format("unknown key '{}'{}", key, did_you_mean(key, fields))};
    }
    found->second(item.second);
  }
}

std::string scalar(const YAML::Node& node) {
  if (!node.IsScalar()) throw Mistake{node.Mark(), "expected a single value"};
  return node.Scalar();
}

Read text(std::string* to) {
  return [to](const YAML::Node& node) { *to = scalar(node); };
}

Read yes_or_no(bool* to) {
  return [to](const YAML::Node& node) {
    const std::string value = scalar(node);
    if (value != "true" && value != "false") {
      throw Mistake{node.Mark(), fmt::format("expected true or false, not '{}'", value)};
    }
    *to = value == "true";
  };
}

Read duration(Duration* to) {
  return [to](const YAML::Node& node) {
    auto parsed = parse_duration(scalar(node));
    if (!parsed) throw Mistake{node.Mark(), parsed.error().what};
    *to = *parsed;
  };
}

template <typename Number>
Read number(Number* to) {
  return [to](const YAML::Node& node) {
    if (!YAML::convert<Number>::decode(node, *to)) {
      throw Mistake{node.Mark(), fmt::format("expected a whole number, not '{}'", scalar(node))};
    }
  };
}

Read texts(std::vector<std::string>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list"};
    to->clear();
    for (const auto& item : node)
      to->push_back(scalar(item));
  };
}

/// A secret's twin `…_file`: the file's content without the line end.
Read text_of_file(FileSystem& files, std::string* to) {
  return [&files, to](const YAML::Node& node) {
    auto content = read_file(files, scalar(node), 64 << 10U);
    if (!content) throw Mistake{node.Mark(), content.error().what};
    while (!content->empty() && (content->back() == '\n' || content->back() == '\r'))
      content->pop_back();
    *to = *std::move(content);
  };
}

Read access_keys(FileSystem& files, std::vector<AccessKey>* to) {
  return [&files, to](const YAML::Node& node) {
    if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of keys"};
    for (const auto& item : node) {
      AccessKey key;
      read_map(item,
               {{"id", text(&key.id)},
                {"secret", text(&key.secret)},
                {"secret_file", text_of_file(files, &key.secret)}});
      if (key.id.empty() || key.secret.empty()) {
        throw Mistake{item.Mark(), "an access key needs id and secret_file (or secret)"};
      }
      to->push_back(std::move(key));
    }
  };
}

Read runbooks(std::map<std::string, act::Runbook>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with commands"};
    for (const auto& item : node) {
      act::Runbook runbook;
      read_map(item.second,
               {{"argv", texts(&runbook.argv)},
                {"timeout", duration(&runbook.timeout)},
                {"tries", number(&runbook.tries)}});
      (*to)[item.first.as<std::string>()] = std::move(runbook);
    }
  };
}

Read section(Fields fields) {
  return [fields = std::move(fields)](const YAML::Node& node) { read_map(node, fields); };
}

Fields fields_of(FileSystem& files, Config* c) {
  const Read listen = [c](const YAML::Node& node) {
    auto set = set_listen_address(scalar(node), c);
    if (!set) throw Mistake{node.Mark(), set.error().what};
  };
  return {
      {"data", text(&c->data_dir)},
      {"http", listen},
      {"hosts", texts(&c->hosts)},
      {"public_url", text(&c->public_url)},
      {"aws",
       section({{"account_id", text(&c->account_id)},
                {"accept_reserved_namespaces", yes_or_no(&c->accept_reserved_namespaces)},
                {"access_keys", access_keys(files, &c->access_keys)}})},
      {"storage",
       section({{"shards", number(&c->shards)},
                {"retention", duration(&c->retention)},
                {"history", duration(&c->history_retention)}})},
      {"mail",
       section({{"url", text(&c->mail.url)},
                {"username", text(&c->mail.username)},
                {"password", text(&c->mail.password)},
                {"password_file", text_of_file(files, &c->mail.password)},
                {"from", text(&c->mail.from)},
                {"require_tls", yes_or_no(&c->mail.require_tls)}})},
      {"subscriptions",
       section({{"auto_confirm_email", yes_or_no(&c->auto_confirm_email)},
                {"auto_confirm_http", yes_or_no(&c->auto_confirm_http)}})},
      {"egress",
       section(
           {{"allow", texts(&c->egress_allow)}, {"allow_http", yes_or_no(&c->egress_allow_http)}})},
      {"runbooks",
       section(
           {{"enabled", yes_or_no(&c->runbooks_enabled)}, {"commands", runbooks(&c->runbooks)}})},
  };
}

tl::unexpected<Error> at(const std::string& path, const YAML::Mark& mark, const std::string& what) {
  return fail(Errc::invalid,
              fmt::format("{}:{}:{}: {}", path, mark.line + 1, mark.column + 1, what));
}

}  // namespace

Result<void> read_config_file(FileSystem& files, const std::string& path, Config* config) {
  TM_TRY(const auto content, read_file(files, path, 1 << 20U));
  try {
    read_map(YAML::Load(content), fields_of(files, config));
    return {};
  } catch (const Mistake& mistake) {
    return at(path, mistake.mark, mistake.what);
  } catch (const YAML::Exception& e) {
    return at(path, e.mark, e.msg);
  }
}

}  // namespace tidemark::server
