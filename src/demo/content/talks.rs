//! Who talks with whom in the demo, and about what.

use super::{Talk, talk};

/// Every conversation, the earliest first.
pub static TALKS: &[Talk] = &[
    talk! {
        3000 minutes ago: DELPHINE, JOSS
        DELPHINE "Biscuit has eaten a bee. Is that a thing one calls about?"
        JOSS "For a cat? Look at the tongue. If it is fat, call. If it is only offended, wait." { DELPHINE "😂" }
        DELPHINE "Offended."
        JOSS "Then you have a normal evening ahead of you."
    },
    talk! {
        2600 minutes ago: WEN, GUS
        WEN "Gus, you said you had the first edition. Did you mean the tram timetable or the novel?"
        GUS "Timetable."
        GUS "1961, with the night lines." { WEN "❤️" }
        WEN "Bring both on Thursday. The novel is for the others."
    },
    talk! {
        1700 minutes ago: "Repair café", MARGIT, TOBIAS, OLA, CALLUM, GUS, PETRA
        MARGIT "Saturday, ten to two. The hall gives us the big room, so bring the big things." { OLA "👍" TOBIAS "👍" GUS "👍" }
        OLA "I can take chairs again. Only wood, nothing that used to be a different chair."
        TOBIAS "Bikes are me. Callum, can you have everything with a plug?"
        CALLUM to 2 "Everything with a plug that has been unplugged for an hour. I will put up a sign." { MARGIT "❤️" }
        PETRA "There is soup. There is always soup."
        GUS "I will do the door and the list."
        MARGIT "Gus, last time the list was forty names and a drawing of a tram."
        GUS "It was a good tram." { PETRA "😂" OLA "😂" CALLUM "🚋" }
        OLA "Has anybody got a clamp longer than a metre? Mine is holding a door."
        TOBIAS to 8 "Two. I bring both." { OLA "🙏" }
    },
    talk! {
        900 minutes ago: MARGIT, YUSRA
        YUSRA "You asked about the sourdough evening: I can do twelve people, no more. The table is the table."
        MARGIT "Twelve it is. Shall I make a list or do you trust us to count?"
        YUSRA "A list, please. Last time twelve was seventeen." { MARGIT "😅" }
        MARGIT "Done. You are on it too, so that you cannot say you did not know."
    },
    talk! {
        400 minutes ago: "Sunday, the ridge", RAVI, TOBIAS, INES, WEN
        RAVI "Wind from the west, dry until three. We leave the fountain at eight and are back before it turns."
        INES "Is there light worth carrying the camera for?"
        RAVI to 1 "Before nine, on the saddle. After that it is only weather." { INES "📷" }
        WEN "I am slow and I bring biscuits."
        TOBIAS "That is the right way round."
        RAVI "Two boots each, please. I am looking at nobody." { TOBIAS "👀" WEN "😂" }
    },
    talk! {
        45 minutes ago: CALLUM, MARGIT
        CALLUM "The box in the cupboard has had its new disk. Nothing was lost, I checked twice." { MARGIT "🎉" }
        MARGIT "And the old disk?"
        CALLUM "In the drawer with the other old disks. They keep each other company."
        CALLUM "If anybody says it is slow tonight: that was me, counting."
    },
];
