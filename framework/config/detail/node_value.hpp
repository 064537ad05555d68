// Private: the shared, immutable value behind a node.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <candela/config/error.hpp>
#include <candela/config/node.hpp>
#include <candela/config/position.hpp>

namespace candela::config::detail {

/// A tree of these is built once and never changed; aliases make it a graph without circles.
struct node_value {
  using pointer = std::shared_ptr<const node_value>;

  /// A member of a map, or an item of a list (then without a key).
  struct child {
    std::string key;
    position where;
    pointer value;
  };

  node_kind kind = node_kind::null;
  position where;
  std::string text;
  /// Unquoted: the text decides the type.
  bool plain = false;
  bool from_environment = false;
  std::vector<child> children;
  /// Of a member that is not there: the keys beside it that may have been meant for it, each as a mistake.
  std::function<std::vector<error>()> meant_for;

  [[nodiscard]] static pointer nothing_at(position where) {
    node_value made;
    made.where = std::move(where);
    return std::make_shared<const node_value>(std::move(made));
  }

  /// The root of a tree as its users see it.
  [[nodiscard]] static node root(pointer value) { return {std::move(value), {}, false}; }
  [[nodiscard]] static const pointer& of(const node& handle) { return handle.value_; }
  /// The same place with another value.
  [[nodiscard]] static node with(const node& handle, node_value value) {
    return {std::make_shared<const node_value>(std::move(value)), handle.path_, handle.secret_};
  }
};

}  // namespace candela::config::detail
