//! The comments in a post: a tree that is nested, or flat with parents, or both. It is walked without recursion.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::clock::Timestamp;
use crate::comments::{Comment, CommentId, CommentLike, MAX_TEXT};
use crate::posts::PostId;
use crate::text;

use super::value::{Document, Value};
use super::{DumpError, Import, ids};

const COLLECTION: &str = "comments";

/// A comment that is to be written.
struct Node<'a> {
    document: &'a Document,
    /// What the dump calls it, or its place where that is nothing, or nothing of its own.
    key: String,
    parent: Option<usize>,
    replies: Vec<usize>,
}

impl Import<'_> {
    /// Takes the comments of the post that the dump calls `post_key`.
    pub(super) fn comments(
        &mut self,
        post_key: &str,
        post: (PostId, Timestamp),
        comments: &[Value],
    ) -> Result<(), DumpError> {
        let mut nodes = self.flattened(post_key, comments);
        self.find_parents(&mut nodes);
        for at in 0..nodes.len() {
            if let Some(parent) = nodes[at].parent {
                nodes[parent].replies.push(at);
            }
        }
        let mut written: Vec<Option<(CommentId, u32, Timestamp)>> = vec![None; nodes.len()];
        let mut next: VecDeque<usize> = (0..nodes.len()).filter(|at| nodes[*at].parent.is_none()).collect();
        while let Some(at) = next.pop_front() {
            let node = &nodes[at];
            let above = node.parent.and_then(|parent| written[parent]);
            written[at] = self.comment(node, post, post_key, above)?;
            next.extend(&node.replies);
        }
        Ok(())
    }

    /// All comments of a post, those above before those below.
    fn flattened<'a>(&mut self, post_key: &str, comments: &'a [Value]) -> Vec<Node<'a>> {
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let mut keys = HashSet::new();
        let mut lists = VecDeque::from([(comments, None)]);
        while let Some((list, parent)) = lists.pop_front() {
            for value in list {
                let Value::Document(document) = value else {
                    self.report.skipped(COLLECTION, post_key, "a comment of this post is no document", "");
                    continue;
                };
                let place = nodes.len();
                let own = document.key(&["_id", "id"]).filter(|key| keys.insert(key.clone()));
                let key = own.unwrap_or_else(|| format!("{post_key} comment {place}"));
                nodes.push(Node { document, key, parent, replies: Vec::new() });
                lists.push_back((document.list(&["replies", "comments", "children"]), Some(place)));
            }
        }
        nodes
    }

    /// Resolves what names its parent, and breaks circles: who is in one is at the top.
    fn find_parents(&mut self, nodes: &mut [Node<'_>]) {
        let by_key: HashMap<String, usize> =
            nodes.iter().enumerate().map(|(place, node)| (node.key.clone(), place)).collect();
        for (place, node) in nodes.iter_mut().enumerate().filter(|(_, node)| node.parent.is_none()) {
            let Some(key) = node.document.key(&["parent", "parentId", "parentComment"]) else { continue };
            node.parent = by_key.get(&key).copied().filter(|parent| *parent != place);
            if node.parent.is_none() {
                self.report.mended(COLLECTION, &node.key, "what it answers is not there, so it is at the top", &key);
            }
        }
        let mut is_sound = vec![false; nodes.len()];
        for start in 0..nodes.len() {
            let (mut path, mut at) = (Vec::new(), Some(start));
            let mut seen = HashSet::new();
            while let Some(place) = at.filter(|place| !is_sound[*place]) {
                if !seen.insert(place) {
                    nodes[place].parent = None;
                    let id = nodes[place].key.clone();
                    self.report.mended(COLLECTION, &id, "it answers itself in a circle, so it is at the top", "");
                    break;
                }
                path.push(place);
                at = nodes[place].parent;
            }
            path.into_iter().for_each(|place| is_sound[place] = true);
        }
    }

    /// Writes a comment below the one `above`; what is below it needs its id, depth and time.
    fn comment(
        &mut self,
        node: &Node<'_>,
        (post, posted): (PostId, Timestamp),
        post_key: &str,
        above: Option<(CommentId, u32, Timestamp)>,
    ) -> Result<Option<(CommentId, u32, Timestamp)>, DumpError> {
        let Node { document, key, replies, .. } = node;
        let at = document.created().unwrap_or(above.map_or(posted, |(.., at)| at));
        let id: CommentId = ids::id(COLLECTION, &format!("{post_key} {key}"), at);
        let depth = above.map_or(0, |(_, depth, _)| depth.saturating_add(1));
        let given = document.text(&["text", "content", "body", "comment"]).unwrap_or_default();
        let text = self.cut(COLLECTION, key, &given, MAX_TEXT);
        let deleted = document.is(&["deleted", "isDeleted"]) || !text::can_be_seen(&text);
        if deleted && replies.is_empty() {
            self.report.skipped(COLLECTION, key, "it is deleted or empty, and nobody answered it", "");
            return Ok(None);
        }
        let comment = Comment {
            id,
            post,
            parent: above.map(|(id, ..)| id),
            depth,
            author: self.author(COLLECTION, key, document)?,
            anonymous: document.is(&["anonymous", "isAnonymous"]),
            text: if deleted { String::new() } else { text },
            likes: 0,
            replies: 0,
            deleted,
            created_at: at,
            edited_at: document.time(&["editedAt"]),
        };
        if !self.put(COLLECTION, key, comment)? {
            return Ok(None);
        }
        for account in self.those(COLLECTION, key, document, &["likes", "likedBy"], "likes") {
            self.put(COLLECTION, key, CommentLike { comment: id, account, at })?;
        }
        Ok(Some((id, depth, at)))
    }
}
