// A stage's place in a chain: its name and its options.
#pragma once

#include <candela/config/node.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela {

/// One entry of a chain, as service.yml writes it (`- cors` or `- body_limit: {max: 1MiB}`) or as code does:
/// `{"cors", {"body_limit", config::node::map({{"max", "1MiB"}})}}`.
struct stage_use {
  std::string name;
  config::node options;    ///< null for none
  config::node mentioned;  ///< where the name was written, for errors

  stage_use(const char* stage) : name(stage) {}
  stage_use(std::string_view stage, config::node chosen = {}) : name(stage), options(std::move(chosen)) {}
};

/// The stages that every request passes when a service asks for `service::use_default_chain`.
[[nodiscard]] std::vector<stage_use> default_chain();

}  // namespace candela
