// What the server sends: see /api/v1/openapi.json, which has the words to it.

interface Tokens { access_token: string; refresh_token: string; token_type: 'Bearer'; expires_in: number }
type Role = 'member' | 'moderator' | 'admin';
interface UserSummary { id: string; handle: string; name: string; avatar: string | null }
interface User extends UserSummary { bio: string; role: Role; created_at: string }
interface Account extends User { email: string; email_verified: boolean }
interface Media { id: string; url: string; thumbnail_url: string; width: number; height: number; content_type: string; size: number }
interface Paged<T> { items: T[]; next_cursor: string | null }
interface FieldProblem { field: string; message: string }
interface Session { id: string; device: string; address: string; created_at: string; last_used_at: string; current: boolean }

interface Post {
  id: string; title: string; body: string; author: UserSummary | null; anonymous: boolean; categories: string[]; tags: string[];
  images: Media[]; like_count: number; comment_count: number; created_at: string; edited_at: string | null; archived: boolean;
  viewer?: { liked: boolean; bookmarked: boolean; mine: boolean };
}
interface Revision { revision: number; title: string; body: string; written_at: string }
interface PostComment {
  id: string; post: string; parent: string | null; depth: number; author: UserSummary | null; anonymous: boolean; text: string | null;
  like_count: number; reply_count: number; created_at: string; edited_at: string | null; deleted: boolean;
  viewer?: { liked: boolean; mine: boolean }; replies?: PostComment[];
}
interface Category { slug: string; name: string; post_count: number }

interface Member extends UserSummary { read_seq: number }
interface Conversation {
  id: string; kind: 'direct' | 'group'; name: string | null; members: Member[]; owner: string | null; last_event: ChatEvent | null;
  last_seq: number; read_seq: number; unread_count: number; created_at: string;
}
interface Reaction { emoji: string; count: number; mine: boolean }
interface ChatEvent {
  conversation: string; seq: number; at: string; actor: string | null;
  kind: 'message' | 'edited' | 'deleted' | 'reaction' | 'member_joined' | 'member_left' | 'renamed' | 'owner_changed';
  id?: string; text?: string | null; image?: Media | null; reply_to?: number | null; client_id?: string; edited_at?: string | null;
  deleted?: boolean; reactions?: Reaction[]; message_id?: string | null; message_seq?: number | null; for?: 'me' | 'everyone';
  emoji?: string; added?: boolean; user?: string; owner?: string | null; name?: string;
}
