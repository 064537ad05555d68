// Private: the YAML library's events made into a tree of values.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <candela/config/detail/document_text.hpp>
#include <candela/config/detail/node_value.hpp>
#include <candela/config/environment.hpp>

namespace candela::config::detail {

/// Builds the tree of one document and throws `config::error` at the first thing that is refused. Events instead of the
/// library's own tree, so that depth and size are bounded while it reads and aliases share what they repeat.
class tree_builder final : public YAML::EventHandler {
 public:
  tree_builder(const document_text& text, const environment& variables) : text_(text), variables_(variables) {}

  /// The finished document; null when it was empty.
  [[nodiscard]] node_value::pointer root() const { return root_ ? root_ : node_value::nothing_at(text_.at(0, 0)); }

  /// Where the library's latest event was; line 0 before the first one.
  [[nodiscard]] const position& latest() const noexcept { return latest_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  /// A list or map that is not closed yet.
  struct open_value {
    node_value value;
    YAML::anchor_t anchor = 0;
    /// Of a map: the keys so far, and the key whose value comes next.
    std::set<std::string, std::less<>> keys = {};
    bool has_key = false;
    std::string key = {};
    position key_where = {};
    /// Of a map: what `<<` named; its members join when the map closes, behind those written out.
    std::vector<node_value::pointer> merged = {};
  };

  position at(const YAML::Mark& mark);
  [[nodiscard]] std::string path() const;
  [[noreturn]] void refuse(const position& where, std::string_view message) const;
  [[nodiscard]] bool expects_key() const;
  void take_key(const position& where, const std::string& text);
  void open(node_kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void add(node_value::pointer value, YAML::anchor_t anchor);
  void take_merge(const position& where, const node_value::pointer& value);
  void join_merged(open_value& map);
  void count(const node_value& value, const position& where, std::size_t depth);
  void refuse_tag(const position& where, const std::string& tag) const;

  const document_text& text_;
  const environment& variables_;
  std::vector<open_value> open_;
  std::map<YAML::anchor_t, node_value::pointer> anchors_;
  std::size_t nodes_ = 0;
  bool started_ = false;
  position latest_;
  node_value::pointer root_;
};

}  // namespace candela::config::detail
